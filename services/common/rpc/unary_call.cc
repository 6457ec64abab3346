#include "services/common/rpc/unary_call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/common/audit/audit_log.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/status_proto.h"
#include "services/common/rpc/arrival.h"
#include "services/common/rpc/audited.h"
#include "services/common/rpc/grpc_status.h"
#include "services/common/rpc/queue_edge.h"

namespace schutznetz::rpc {
namespace {

// A caller that brings a position waits at most this long for the view to reach it.
constexpr absl::Duration kPositionWaitMax = absl::Seconds(1);

// The tags as metadata; empty when they cannot travel. An answer without tags is not kept by anybody. gRPC ends the
// process over a character that metadata may not hold.
std::string TagsText(const std::vector<std::string>& tags) {
  constexpr size_t kTagsBytesMax = 4096;
  std::string text = absl::StrJoin(tags, ",");
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
  return is_plain && text.size() <= kTagsBytesMax ? text : std::string();
}

}  // namespace

void UnaryCall::Await(CallServices& services, const MethodEntry& method, int index, CallQueue& queue) {
  auto* call = new UnaryCall(services, method, index, queue);
  // Only calls that wait need to hear that their caller went away; for the others the tag would cost and tell nothing.
  if (call->waits()) call->grpc_context_.AsyncNotifyWhenDone(Given(static_cast<QueueTag*>(&call->done_)));
  services.service.Request(index, &call->grpc_context_, &call->request_, &call->responder_, queue.queue.get(),
                           Given(static_cast<QueueTag*>(call)));
}

UnaryCall::UnaryCall(CallServices& services, const MethodEntry& method, int index, CallQueue& queue)
    : services_(services),
      method_(method),
      index_(index),
      queue_(queue),
      responder_(&grpc_context_),
      done_(*this),
      references_(method.handler->kind == HandlerKind::kInline ? 1 : 2) {}

void UnaryCall::Proceed(bool ok) {
  if (began_) return DropReference();  // the answer was sent, or could not be
  if (!ok) {
    delete this;  // shutdown before a call came: the done tag was never armed
    return;
  }
  began_ = true;
  queue_.Opened();
  if (!services_.draining.load(std::memory_order_relaxed)) Await(services_, method_, index_, queue_);
  Begin();
}

void UnaryCall::Done(bool) {
  if (grpc_context_.IsCancelled()) cancelled_.store(true, std::memory_order_relaxed);
  DropReference();
}

void UnaryCall::DropReference() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  queue_.Over();
  delete this;
}

void UnaryCall::Begin() {
  call_.method = &method_;
  if (waits()) call_.context.cancelled_flag = &cancelled_;
  call_.arrival = ArrivalOf(grpc_context_);
  const bool readable = body_.Read(request_);
  if (readable) call_.arrival.body = body_.view();
  absl::Status status = services_.guards.Enter(call_);
  if (status.ok() && !readable) status = errors::Internal("the request's bytes cannot be read");
  if (!status.ok()) return Send(status, {});
  AwaitPosition();
}

void UnaryCall::AwaitPosition() {
  if (call_.arrival.position.empty() || services_.waiter == nullptr) return Dispatch();
  const auto position = OpenPosition(services_.sealer, call_.arrival.position);
  if (!position.has_value()) {
    return Send(errors::InvalidField("schutznetz-position", "Must be a position that this server gave out."), {});
  }
  const storage::Position now = services_.waiter->position();
  if (now.epoch == position->epoch && now.number >= position->number) return Dispatch();
  if (!Leave()) return Refuse();
  const absl::Time until = std::min(call_.context.deadline, call_.context.start + kPositionWaitMax);
  services_.waiter->WhenReached(*position, until, [this](const absl::Status& status) {
    if (status.ok()) return Dispatch();
    Send(errors::TemporarilyUnavailable(absl::Seconds(1)), {});
  });
}

void UnaryCall::Dispatch() {
  switch (method_.handler->kind) {
    case HandlerKind::kInline:
      return Answer();
    case HandlerKind::kBlocking:
      return SubmitToPool();
    case HandlerKind::kAsync:
      if (!Leave()) return Refuse();
      return method_.handler->begin(call_.context, *call_.request, Completion(this));
    case HandlerKind::kStream:
      return Send(errors::Internal("a stream among the unary calls"), {});
  }
}

void UnaryCall::Answer() {
  WireReply reply;
  const absl::Status status = method_.handler->answer(call_.context, *call_.request, &reply);
  Conclude(status, std::move(reply));
}

void UnaryCall::SubmitToPool() {
  PoolJob job;
  job.deadline = call_.context.deadline;
  job.cancelled = &cancelled_;
  job.is_first = method_.is_first;
  job.run = [this](const absl::Status& status) {
    if (!status.ok()) return Send(status, {});
    Answer();
  };
  if (!Leave() || !services_.pool.Submit(job)) Refuse();
}

bool UnaryCall::Leave() {
  if (away_) return true;
  if (services_.running.fetch_add(1, std::memory_order_relaxed) >= services_.running_max) {
    services_.running.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  away_ = true;
  return true;
}

void UnaryCall::Refuse() {
  services_.refused.Add();
  Send(errors::TemporarilyUnavailable(absl::Seconds(1)), {});
}

void UnaryCall::Complete(absl::Status status, WireReply reply) { Conclude(std::move(status), std::move(reply)); }

void UnaryCall::Conclude(absl::Status status, WireReply reply) {
  std::vector<audit::Fact> facts;
  if (status.ok()) facts = FactsOf(*method_.registry, call_.context, *call_.request, reply);
  if (facts.empty()) return Send(status, std::move(reply));
  audit::AuditLog* const log = method_.registry->audit();
  if (log == nullptr) return Send(errors::Internal("a call to be audited, and no audit log"), {});
  if (!Leave()) return Refuse();
  log->Record(NamesOf(call_.context), std::move(facts), call_.context.deadline,
              [this, reply = std::move(reply)](const absl::Status& recorded) mutable {
                Send(recorded, recorded.ok() ? std::move(reply) : WireReply());
              });
}

void UnaryCall::AddMetadata(const WireReply& reply) {
  if (reply.position.has_value()) {
    grpc_context_.AddTrailingMetadata("schutznetz-position", SealPosition(services_.sealer, *reply.position));
  }
  if (const std::string tags = TagsText(reply.tags); !tags.empty()) {
    grpc_context_.AddTrailingMetadata("schutznetz-tags", tags);
  }
  if (reply.valid_until.has_value()) {
    grpc_context_.AddTrailingMetadata("schutznetz-valid-until", absl::StrCat(absl::ToUnixMillis(*reply.valid_until)));
  }
}

void UnaryCall::Send(const absl::Status& status, WireReply reply) {
  absl::Status shown = errors::Presentable(status);
  if (shown.ok() && reply.size() > services_.send_bytes_max) {
    shown = errors::SizeLimit("The answer", static_cast<int64_t>(services_.send_bytes_max),
                              static_cast<int64_t>(reply.size()));
  }
  RecordEnd(call_, shown, shown.ok() ? reply.size() : 0, services_.clock.Now(), services_.log);
  AddMetadata(reply);
  // From the last line on this object may be gone: gRPC can return the tag on another thread at once.
  CallServices& services = services_;
  const bool away = away_;
  if (shown.ok()) {
    const grpc::ByteBuffer message = ToByteBuffer(std::move(reply));
    const Handing handing;
    responder_.Finish(message, grpc::Status::OK, Given(static_cast<QueueTag*>(this)));
  } else {
    grpc_context_.AddTrailingMetadata("x-request-id", std::string(call_.context.request_id.view()));
    const grpc::Status error = ToGrpc(shown, method_.service);
    const Handing handing;
    responder_.FinishWithError(error, Given(static_cast<QueueTag*>(this)));
  }
  if (away) services.running.fetch_sub(1, std::memory_order_release);
}

}  // namespace schutznetz::rpc
