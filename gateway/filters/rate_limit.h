#pragma once

#include <array>
#include <string>

#include "gateway/filters/filter.h"
#include "services/common/rate/shared_rates.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"

namespace schutznetz::gateway {

// The quota of one rate class.
struct RateClass {
  std::string name;  // in the RateLimit fields
  int64_t burst = 1;
  int64_t window_s = 1;  // in which the burst fills up again
};

// The quotas of all classes, by common.v1.Rule.Rate. `factor` multiplies bursts and rates.
using RateClassTable = std::array<RateClass, common::v1::Rule::Rate_MAX + 1>;
RateClassTable RateClasses(int64_t factor);

// Limits each address per class, and each bearer of credentials as well. 429 with the time to come back; every answer
// of a limited method says what is left. All workers share one table, and all gateways what `sharing` tells them.
class RateLimitFilter final : public Filter {
 public:
  RateLimitFilter(RateClassTable classes, telemetry::Metrics& metrics, const rate::RateSharing& sharing = {});

  std::string_view name() const override { return "rate_limit"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;

 private:
  const RateClassTable classes_;
  const SystemClock clock_;
  mutable rate::SharedRates rates_;
  telemetry::Counter& refused_;
};

}  // namespace schutznetz::gateway
