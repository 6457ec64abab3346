#include "services/common/rpc/completion.h"

#include "services/common/errors/errors.h"

namespace schutznetz::rpc {

Completion::~Completion() {
  if (sink_ != nullptr) sink_->Complete(errors::Internal("a handler dropped its call without an answer"), {});
}

void Completion::Finish(absl::Status status, WireReply reply) {
  if (CompletionSink* sink = std::exchange(sink_, nullptr)) sink->Complete(std::move(status), std::move(reply));
}

}  // namespace schutznetz::rpc
