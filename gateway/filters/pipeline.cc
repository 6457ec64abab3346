#include "gateway/filters/pipeline.h"

#include <algorithm>
#include <utility>

#include "gateway/filters/error_answer.h"
#include "gateway/filters/monotonic.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {

struct Pipeline::Run final : UpstreamReceiver, CallerWaiter {
  explicit Run(Pipeline& owner) : pipeline(owner) {}
  void OnReply(const UpstreamReply& reply) override { pipeline.OnReply(*this, reply); }
  void OnCaller(absl::StatusOr<access::Caller> caller) override {
    call.question = nullptr;
    call.answer = std::move(caller);
    pipeline.Continue(*this);
  }

  Pipeline& pipeline;
  Exchange* exchange = nullptr;
  UpstreamCall* upstream = nullptr;  // running
  Stage stage = Stage::kHead;
  size_t next = 0;    // the filter whose Before is called next,
  size_t last = 0;    // up to this one in this stage
  size_t passed = 0;  // filters whose Before was called
  Call call;
};

Pipeline::Pipeline(const FilterChain& chain, const Transcoder& transcoder, const HttpLimits& limits, Upstream& upstream,
                   CallerParts callers)
    : chain_(chain), transcoder_(transcoder), limits_(limits), upstream_(upstream), callers_(callers) {
  parts_.callers = callers.lookup;
}
Pipeline::~Pipeline() = default;

Pipeline::Run& Pipeline::Begin(Exchange& exchange) {
  if (free_.empty()) {
    runs_.push_back(std::make_unique<Run>(*this));
    free_.reserve(runs_.size());
    free_.push_back(runs_.back().get());
  }
  Run& run = *free_.back();
  free_.pop_back();
  run.exchange = &exchange;
  exchange.handler_state = &run;
  run.call.worker = &parts_;
  run.call.waiter = &run;
  run.call.head = &exchange.head();
  run.call.peer = exchange.peer();
  run.call.start_us = MonotonicMicros();
  run.call.response.head_only = exchange.head().method == "HEAD";
  return run;
}

void Pipeline::Release(Run& run) {
  run.call.Clear();
  run.exchange = nullptr;
  run.upstream = nullptr;
  run.passed = 0;
  free_.push_back(&run);
}

void Pipeline::Enter(Run& run, Stage stage, size_t first, size_t last) {
  run.stage = stage;
  run.next = first;
  run.last = last;
  Continue(run);
}

// Calls Before of the filters that are left in this stage, then does what follows it.
void Pipeline::Continue(Run& run) {
  for (; run.next < run.last; ++run.next) {
    run.passed = std::max(run.passed, run.next + 1);
    const Verdict verdict = chain_.at(run.next).Before(run.call);
    if (verdict == Verdict::kAnswered) return Answer(run);
    if (verdict == Verdict::kSuspended) return;
  }
  return run.stage == Stage::kHead ? run.exchange->ReadBody() : Forward(run);
}

void Pipeline::OnHead(Exchange& exchange) { Enter(Begin(exchange), Stage::kHead, 0, PlaceOf(kFirstBehindBody)); }

void Pipeline::OnBody(Exchange& exchange) {
  Run& run = *static_cast<Run*>(exchange.handler_state);
  run.call.body = exchange.body();
  Enter(run, Stage::kBody, PlaceOf(kFirstBehindBody), chain_.size());
}

void Pipeline::Forward(Run& run) {
  Call& call = run.call;
  std::shared_ptr<const std::string> context;  // lives until Start has copied it
  if (!call.caller.is_public()) {
    auto minted = callers_.contexts->Mint((*callers_.servers)[call.route], call.caller);
    if (!minted.ok()) call.error = std::move(minted).status();
    if (!call.error.ok()) return Answer(run);
    context = *std::move(minted);
  }
  const std::string traceparent = telemetry::FormatTraceparent(call.trace);
  UpstreamRequest request;
  request.method = call.route;
  request.message = call.message;
  request.timeout = call.timeout;
  if (call.timeout_asked) request.timeout -= absl::Microseconds(MonotonicMicros() - call.start_us);
  request.request_id = call.request_id.view();
  request.traceparent = traceparent;
  request.position = call.position;
  if (context != nullptr) request.caller = *context;
  run.upstream = upstream_.Start(request, run);
}

void Pipeline::OnReply(Run& run, const UpstreamReply& reply) {
  run.upstream = nullptr;
  if (reply.code != absl::StatusCode::kOk) run.call.error = ErrorOf(reply);
  const bool outdated =
      reply.code == absl::StatusCode::kUnauthenticated && errors::ReasonOf(run.call.error) == "CONTEXT_OUTDATED";
  if (outdated && Renew(run)) return;
  run.call.upstream = &reply;
  Answer(run);
}

// Looks the caller up anew and forwards once more. False: that was done already, and the caller may come again.
bool Pipeline::Renew(Run& run) {
  run.call.error = errors::TemporarilyUnavailable(absl::Seconds(1));
  if (run.call.caller.is_public() || std::exchange(run.call.caller_is_outdated, true)) return false;
  run.call.error = absl::OkStatus();
  Enter(run, Stage::kRenewing, PlaceOf(kCallerFilter), PlaceOf(kCallerFilter) + 1);
  return true;
}

void Pipeline::Answer(Run& run) {
  if (!run.call.error.ok()) RenderError(transcoder_, run.call);
  for (size_t i = run.passed; i > 0; --i) chain_.at(i - 1).After(run.call);
  run.exchange->Respond(run.call.response);
  Release(run);
}

void Pipeline::OnGone(Exchange& exchange) {
  Run* const run = static_cast<Run*>(exchange.handler_state);
  if (run == nullptr) return;
  if (run->upstream != nullptr) upstream_.Cancel(run->upstream);
  for (size_t i = run->passed; i > 0; --i) chain_.at(i - 1).Dropped(run->call);
  Release(*run);
}

void Pipeline::OnRefused(Exchange& exchange, Refusal refusal) {
  Run* run = static_cast<Run*>(exchange.handler_state);
  if (run == nullptr) {
    run = &Begin(exchange);
    // Up to the request id, so that the refusal is counted, logged and named like every other answer.
    for (run->passed = 0; run->passed <= PlaceOf("request_id"); ++run->passed) {
      chain_.at(run->passed).Before(run->call);
    }
  }
  run->call.http_status = Describe(refusal).http_status;
  run->call.error = ErrorOf(refusal, exchange.head(), limits_);
  Answer(*run);
}

}  // namespace schutznetz::gateway
