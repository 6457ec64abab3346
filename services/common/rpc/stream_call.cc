#include "services/common/rpc/stream_call.h"

#include <utility>
#include <vector>

#include "services/common/audit/audit_log.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/status_proto.h"
#include "services/common/rpc/arrival.h"
#include "services/common/rpc/audited.h"
#include "services/common/rpc/grpc_status.h"

namespace schutznetz::rpc {
namespace {

constexpr auto kRecheckPeriod = std::chrono::milliseconds(500);

absl::Status GoElsewhere() { return errors::TemporarilyUnavailable(absl::Seconds(1)); }

}  // namespace

// --- The set ---

StreamSet::StreamSet(const GuardChain& guards, const Clock& clock, telemetry::LogWriter& log, size_t send_bytes_max,
                     size_t streams_max)
    : guards_(guards), clock_(clock), log_(log), send_bytes_max_(send_bytes_max), streams_max_(streams_max) {
  keeper_ = std::thread([this] { Recheck(); });
}

StreamSet::~StreamSet() {
  Drain();
  keeper_.join();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamSet::Open(const MethodEntry& method,
                                                            grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request) {
  const auto call = std::make_shared<StreamCall>(*this, method, context);
  const bool entered = Enter(call);
  call->Begin(request);
  if (!entered) call->Stop(GoElsewhere());
  return call.get();  // the set holds it until OnDone
}

bool StreamSet::Enter(const std::shared_ptr<StreamCall>& call) {
  const std::lock_guard lock(mutex_);
  const bool fits = !draining_ && calls_.size() < streams_max_;
  calls_.insert(call);
  return fits;
}

void StreamSet::Leave(const std::shared_ptr<StreamCall>& call) {
  const std::lock_guard lock(mutex_);
  calls_.erase(call);
  changed_.notify_all();
}

size_t StreamSet::size() const {
  const std::lock_guard lock(mutex_);
  return calls_.size();
}

void StreamSet::Recheck() {
  std::unique_lock lock(mutex_);
  while (!draining_) {
    changed_.wait_for(lock, kRecheckPeriod);
    const std::vector<std::shared_ptr<StreamCall>> calls(calls_.begin(), calls_.end());
    lock.unlock();
    for (const auto& call : calls) call->Recheck();
    lock.lock();
  }
}

void StreamSet::Drain() {
  std::unique_lock lock(mutex_);
  draining_ = true;
  changed_.notify_all();
  const std::vector<std::shared_ptr<StreamCall>> calls(calls_.begin(), calls_.end());
  lock.unlock();
  for (const auto& call : calls) call->Stop(GoElsewhere());
  lock.lock();
  changed_.wait(lock, [this] { return calls_.empty(); });
}

// --- One stream ---

StreamCall::StreamCall(StreamSet& set, const MethodEntry& method, grpc::CallbackServerContext* context)
    : set_(set), grpc_context_(context) {
  call_.method = &method;
}

void StreamCall::Begin(const grpc::ByteBuffer* request) {
  call_.arrival = ArrivalOf(*grpc_context_);
  const bool readable = body_.Read(*request);
  if (readable) call_.arrival.body = body_.view();
  absl::Status status = set_.guards_.Enter(call_);
  {
    const std::lock_guard lock(mutex_);
    admitted_ = status.ok();
  }
  if (status.ok() && !readable) status = errors::Internal("the request's bytes cannot be read");
  if (status.ok()) {
    auto feed = call_.method->handler->open(call_.context, *call_.request, [weak = weak_from_this()] {
      if (const auto call = weak.lock()) call->Pump();
    });
    if (feed.ok()) feed_ = *std::move(feed);
    status = feed.status();
  }
  if (!status.ok()) return End(std::move(status));
  Work();
}

bool StreamCall::Claim() {
  const std::lock_guard lock(mutex_);
  if (over_) return false;
  if (busy_) {
    again_ = true;
    return false;
  }
  return busy_ = true;
}

void StreamCall::Pump() {
  if (Claim()) Work();
}

void StreamCall::Stop(absl::Status status) {
  {
    const std::lock_guard lock(mutex_);
    if (over_) return;
    if (!stop_.has_value()) stop_ = std::move(status);
    if (writing_) return grpc_context_->TryCancel();  // ends in OnWriteDone
  }
  Pump();
}

void StreamCall::Recheck() {
  {
    const std::lock_guard lock(mutex_);
    if (!admitted_ || over_) return;
  }
  if (absl::Status rights = set_.guards_.Recheck(call_); !rights.ok()) Stop(std::move(rights));
}

void StreamCall::Work() {
  while (Step()) {
  }
}

bool StreamCall::Step() {
  std::optional<absl::Status> stop;
  {
    const std::lock_guard lock(mutex_);
    stop = stop_;
    again_ = false;
  }
  if (!stop.has_value()) {
    if (absl::Status rights = set_.guards_.Recheck(call_); !rights.ok()) stop = std::move(rights);
  }
  if (stop.has_value()) {
    End(*std::move(stop));
    return false;
  }
  bool ended = false;
  absl::StatusOr<std::optional<WireReply>> next = feed_->Next(ended);
  if (!next.ok() || ended) {
    End(next.status());
    return false;
  }
  if (next->has_value()) {
    Deliver(*std::move(*next));
    return false;  // goes on in OnWriteDone
  }
  const std::lock_guard lock(mutex_);
  busy_ = again_ || stop_.has_value();
  return busy_;
}

void StreamCall::Deliver(WireReply reply) {
  std::vector<audit::Fact> facts = FactsOf(*call_.method->registry, call_.context, *call_.request, reply);
  if (facts.empty()) return Send(std::move(reply));
  audit::AuditLog* const log = call_.method->registry->audit();
  if (log == nullptr) return End(errors::Internal("a stream to be audited, and no audit log"));
  log->Record(NamesOf(call_.context), std::move(facts), absl::InfiniteFuture(),
              [self = shared_from_this(), reply = std::move(reply)](const absl::Status& recorded) mutable {
                if (!recorded.ok()) return self->End(recorded);
                self->Send(std::move(reply));
              });
}

void StreamCall::Send(WireReply reply) {
  const auto size = static_cast<int64_t>(reply.size());
  if (reply.size() > set_.send_bytes_max_) {
    return End(errors::SizeLimit("The message", static_cast<int64_t>(set_.send_bytes_max_), size));
  }
  bytes_ += reply.size();
  message_ = ToByteBuffer(std::move(reply));
  bool stopped = false;  // while the audit log wrote: then the message stays here
  {
    const std::lock_guard lock(mutex_);
    stopped = stop_.has_value();
    writing_ = !stopped;
  }
  if (stopped) return Work();
  StartWrite(&message_);
}

void StreamCall::OnWriteDone(bool ok) {
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok && !stop_.has_value()) stop_ = errors::Cancelled();
  }
  Work();
}

void StreamCall::OnCancel() { Stop(errors::Cancelled()); }

void StreamCall::End(absl::Status status) {
  {
    const std::lock_guard lock(mutex_);
    if (over_) return;
    over_ = true;
  }
  feed_.reset();
  const absl::Status shown = errors::Presentable(status);
  RecordEnd(call_, shown, bytes_, set_.clock_.Now(), set_.log_);
  Finish(shown.ok() ? grpc::Status::OK : ToGrpc(shown, call_.method->service));
}

void StreamCall::OnDone() { set_.Leave(shared_from_this()); }

}  // namespace schutznetz::rpc
