#pragma once

#include <array>
#include <string>

#include "gateway/filters/filter.h"
#include "gateway/filters/rate_table.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

// The quota of one rate class.
struct RateClass {
  std::string name;  // in the RateLimit fields
  int64_t burst = 1;
  int64_t window_s = 1;  // in which the burst fills up again
};

// The quotas of all classes, by common.v1.Rule.Rate. `factor` multiplies bursts and rates.
std::array<RateClass, 6> RateClasses(int64_t factor);

// Limits each address per class, and each bearer of credentials as well. 429 with the time to come back; every answer
// of a limited method says what is left. All workers share one table.
class RateLimitFilter final : public Filter {
 public:
  RateLimitFilter(std::array<RateClass, 6> classes, telemetry::Metrics& metrics);

  std::string_view name() const override { return "rate_limit"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;

 private:
  const std::array<RateClass, 6> classes_;
  mutable RateTable table_;
  telemetry::Counter& refused_;
};

}  // namespace schutznetz::gateway
