#include "services/directory/api/reading_fixture.h"

#include <cstdio>
#include <cstdlib>

#include "schutznetz/directory/v1/directory_service.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/testing/catch_up.h"
#include "services/directory/api/read_api.h"

namespace schutznetz::directory {

absl::Status DetachableDatabase::Read(absl::FunctionRef<absl::Status(storage::ReadTransaction&)> work,
                                      absl::Time deadline) {
  if (away_.load()) return errors::TemporarilyUnavailable(absl::Seconds(1));
  return database_.Read(work, deadline);
}

Reading::Reading(storage::Engine engine)
    : editing_(engine),
      database_(editing_.database()),
      sealer_(rpc::Sealer::WithRandomKey()),
      tokens_(sealer_, clock_) {}

Reading::~Reading() {
  registry_.reset();
  view_.reset();
}

void Reading::Die(const std::string& what) {
  std::fprintf(stderr, "the fixture fails: %s\n", what.c_str());
  std::abort();
}

void Reading::StartView(DirectoryViewOptions options) {
  registry_.reset();
  view_.reset();
  auto view = DirectoryView::Start(database_, editing_.rules().all(), clock_, nullptr, std::move(options));
  if (!view.ok()) Die(view.status().ToString());
  view_ = *std::move(view);
  registry_ = std::make_unique<rpc::Registry>("schutznetz.directory.v1.DirectoryService");
  RegisterReadApi(*registry_, *view_, tokens_);
}

void Reading::CatchUp() { testing::CatchUp(*view_, editing_.database()); }

absl::StatusOr<std::string> Reading::Call(const std::string& method, const google::protobuf::Message& request,
                                          const access::Caller& caller, rpc::WireReply* reply) {
  rpc::CallContext call;
  call.service = registry_->service();
  call.method = method;
  call.caller = caller;
  rpc::WireReply own;
  rpc::WireReply& to = reply == nullptr ? own : *reply;
  for (const rpc::MethodHandler& handler : registry_->handlers()) {
    if (handler.method != method) continue;
    const absl::Status status = handler.answer(call, request, &to);
    if (!status.ok()) return status;
    return to.Flatten();
  }
  Die("no method " + method);
}

}  // namespace schutznetz::directory
