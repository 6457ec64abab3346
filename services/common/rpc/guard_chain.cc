#include "services/common/rpc/guard_chain.h"

#include <algorithm>
#include <utility>

#include "services/common/access/rule.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::rpc {
namespace {

absl::Status ReadBody(GuardedCall& call) {
  const std::string_view body = call.arrival.body;
  call.request.reset(call.method->handler->request_prototype->New());
  if (!call.request->ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return errors::MalformedBody("The body is not a message of the type that this method takes.");
  }
  return call.method->rules.Enforce(call.request.get());
}

void TakeIds(GuardedCall& call) {
  const Arrival& arrival = call.arrival;
  call.context.request_id = telemetry::IsRequestId(arrival.request_id) ? arrival.request_id : telemetry::NewRequestId();
  if (const auto trace = telemetry::ParseTraceparent(arrival.traceparent)) call.context.trace = *trace;
}

}  // namespace

absl::Status GuardChain::Enter(GuardedCall& call, std::vector<Guard>* visited) const {
  call.context.service = call.method->service;
  call.context.method = call.method->method;
  call.context.rule = &call.method->rule;
  call.context.start = clock_.Now();
  for (const Guard guard : kGuardOrder) {
    if (visited != nullptr) visited->push_back(guard);
    if (absl::Status status = Apply(guard, call); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status GuardChain::Recheck(const GuardedCall& call) const {
  const access::Caller& caller = call.context.caller;
  if (caller.session().expire_time <= clock_.Now()) return errors::CredentialsRequired();
  return authenticator_.rights().Check(caller);
}

absl::Status GuardChain::Apply(Guard guard, GuardedCall& call) const {
  CallContext& context = call.context;
  switch (guard) {
    case Guard::kRequestId:
      TakeIds(call);
      return absl::OkStatus();
    case Guard::kMetrics:
      call.method->metrics.started->Add();
      return absl::OkStatus();
    case Guard::kDeadline:
      context.deadline = std::min(call.arrival.client_deadline, context.start + call.method->deadline);
      return context.deadline <= context.start ? errors::DeadlinePassed() : absl::OkStatus();
    case Guard::kCaller: {
      ASSIGN_OR_RETURN(context.caller,
                       authenticator_.Authenticate(call.arrival.caller, call.arrival.peer, call.method->rule));
      return absl::OkStatus();
    }
    case Guard::kRule:
      return access::Allows(call.method->rule, context.caller);
    case Guard::kValidation:
      return ReadBody(call);
  }
  return errors::Internal("a guard without a body");
}

void RecordEnd(const GuardedCall& call, const absl::Status& status, size_t reply_bytes, absl::Time end,
               telemetry::LogWriter& log) {
  const MethodMetrics& metrics = call.method->metrics;
  const absl::Duration duration = std::max(end - call.context.start, absl::ZeroDuration());
  metrics.handled[static_cast<size_t>(status.code())]->Add();
  metrics.seconds->Observe(absl::ToDoubleSeconds(duration));

  telemetry::LogLine line;
  line.time = end;
  line.event = "call";
  line.route = call.method->route;
  line.request_id = call.context.request_id;
  line.trace_id = call.context.trace.trace_id;
  line.grpc_code = static_cast<int>(status.code());
  line.duration_us = absl::ToInt64Microseconds(duration);
  line.request_bytes = static_cast<int64_t>(call.arrival.body.size());
  line.response_bytes = static_cast<int64_t>(reply_bytes);
  if (!status.ok()) {
    line.reason = std::string_view(errors::ReasonOf(status));
    line.cause = errors::LogTextOf(status);
    if (status.code() == absl::StatusCode::kInternal) line.level = telemetry::Level::kError;
  }
  log.Write(std::move(line));
}

}  // namespace schutznetz::rpc
