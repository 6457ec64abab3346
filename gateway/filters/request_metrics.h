#pragma once

#include <array>
#include <atomic>
#include <vector>

#include "gateway/filters/filter.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

// Counts requests by route and status, how long they took and how many are under way. Labels come from the descriptors
// and from the list of statuses, so they are a closed set.
class RequestMetricsFilter final : public Filter {
 public:
  // Registers everything. `metrics` must outlive the filter, and must not be read after it is gone.
  RequestMetricsFilter(telemetry::Metrics& metrics, const Transcoder& transcoder);

  std::string_view name() const override { return "request_metrics"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;
  void Dropped(Call& call) const override;

 private:
  static constexpr std::array kStatuses = {200, 204, 206, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412,
                                           413, 414, 415, 417, 422, 428, 429, 431, 499, 500, 501, 503, 504, 505};
  struct Route {
    std::array<telemetry::Counter*, kStatuses.size()> by_status = {};
    telemetry::Histogram* seconds = nullptr;
  };
  Route AddRoute(telemetry::Metrics& metrics, const std::string& method, const std::string& path_template);
  void Count(const Call& call, int status) const;

  std::vector<Route> routes_;  // by number of the binding; the last one: no route
  mutable std::atomic<int64_t> in_flight_{0};
};

}  // namespace schutznetz::gateway
