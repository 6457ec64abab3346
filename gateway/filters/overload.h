#pragma once

#include "gateway/filters/filter.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

// Refuses at once what could only wait: beyond a number of running calls per worker, answers are 503 with a time to
// come back. Look-ups for help may use all places, everything else three quarters of them.
class OverloadFilter final : public Filter {
 public:
  OverloadFilter(int running_max, telemetry::Metrics& metrics);

  std::string_view name() const override { return "overload"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override { Leave(call); }
  void Dropped(Call& call) const override { Leave(call); }

 private:
  static void Leave(Call& call);

  const int running_max_;
  telemetry::Counter& refused_;
};

}  // namespace schutznetz::gateway
