// The right and the duty to answer one call.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "services/common/rpc/wire_reply.h"

namespace schutznetz::rpc {

// Receives the end of a call. Implemented by the engine and by tests.
class CompletionSink {
 public:
  // Called exactly once, from any thread.
  virtual void Complete(absl::Status status, WireReply reply) = 0;

 protected:
  ~CompletionSink() = default;
};

// Move only. Finish() exactly once; a completion that dies unfinished answers INTERNAL, so that no call is left
// hanging. After Finish() the call's context and request are gone.
class Completion {
 public:
  explicit Completion(CompletionSink* sink) : sink_(sink) {}
  Completion(Completion&& other) noexcept : sink_(std::exchange(other.sink_, nullptr)) {}
  Completion& operator=(Completion&&) = delete;
  ~Completion();

  void Finish(absl::Status status, WireReply reply = {});

 private:
  CompletionSink* sink_;
};

}  // namespace schutznetz::rpc
