#include "gateway/filters/pipeline.h"

#include "gateway/filters/error_answer.h"
#include "gateway/filters/monotonic.h"

namespace schutznetz::gateway {

struct Pipeline::Run final : UpstreamReceiver {
  explicit Run(Pipeline& owner) : pipeline(owner) {}
  void OnReply(const UpstreamReply& reply) override { pipeline.OnReply(*this, reply); }

  Pipeline& pipeline;
  Exchange* exchange = nullptr;
  UpstreamCall* upstream = nullptr;  // running
  size_t passed = 0;                 // filters whose Before was called
  Call call;
};

Pipeline::Pipeline(const FilterChain& chain, const Transcoder& transcoder, const HttpLimits& limits, Upstream& upstream)
    : chain_(chain), transcoder_(transcoder), limits_(limits), upstream_(upstream) {}
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

// Calls Before of the filters in [first, last). False when one answered.
bool Pipeline::Pass(Run& run, size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) {
    run.passed = i + 1;
    if (chain_.at(i).Before(run.call) == Verdict::kAnswered) return false;
  }
  return true;
}

void Pipeline::OnHead(Exchange& exchange) {
  Run& run = Begin(exchange);
  if (!Pass(run, 0, chain_.first_behind_body())) return Answer(run);
  exchange.ReadBody();
}

void Pipeline::OnBody(Exchange& exchange) {
  Run& run = *static_cast<Run*>(exchange.handler_state);
  run.call.body = exchange.body();
  if (!Pass(run, chain_.first_behind_body(), chain_.size())) return Answer(run);
  Forward(run);
}

void Pipeline::Forward(Run& run) {
  const Call& call = run.call;
  const std::string traceparent = telemetry::FormatTraceparent(call.trace);
  UpstreamRequest request;
  request.method = call.route;
  request.message = call.message;
  request.timeout = call.timeout;
  if (call.timeout_asked) request.timeout -= absl::Microseconds(MonotonicMicros() - call.start_us);
  request.request_id = call.request_id.view();
  request.traceparent = traceparent;
  request.authorization = call.authorization;
  request.position = call.position;
  run.upstream = upstream_.Start(request, run);
}

void Pipeline::OnReply(Run& run, const UpstreamReply& reply) {
  run.upstream = nullptr;
  run.call.upstream = &reply;
  if (reply.code != absl::StatusCode::kOk) run.call.error = ErrorOf(reply);
  Answer(run);
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
    constexpr size_t kNaming = 5;
    static_assert(kFilterOrder[kNaming - 1] == "request_id");
    Pass(*run, 0, kNaming);
  }
  run->call.http_status = Describe(refusal).http_status;
  run->call.error = ErrorOf(refusal, exchange.head(), limits_);
  Answer(*run);
}

}  // namespace schutznetz::gateway
