#include "gateway/filters/overload.h"

#include "gateway/filters/worker_parts.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {

OverloadFilter::OverloadFilter(int running_max, telemetry::Metrics& metrics)
    : running_max_(running_max),
      refused_(metrics.AddCounter("gateway_overload_refused_total", "Calls refused because too many were running.")) {}

Verdict OverloadFilter::Before(Call& call) const {
  const bool help = call.method()->rule.rate() == common::v1::Rule::HELP;
  if (call.worker->running >= (help ? running_max_ : running_max_ - running_max_ / 4)) {
    refused_.Add();
    return Fail(call, errors::TemporarilyUnavailable(absl::Seconds(1)));
  }
  ++call.worker->running;
  call.counted_as_running = true;
  return Verdict::kContinue;
}

void OverloadFilter::Leave(Call& call) {
  if (call.counted_as_running) --call.worker->running;
  call.counted_as_running = false;
}

}  // namespace schutznetz::gateway
