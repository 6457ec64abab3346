#include "gateway/filters/request_metrics.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/filters/monotonic.h"

namespace schutznetz::gateway {

RequestMetricsFilter::RequestMetricsFilter(telemetry::Metrics& metrics, const Transcoder& transcoder) {
  for (const Binding& binding : transcoder.bindings()) {
    routes_.push_back(AddRoute(metrics, binding.http_method, binding.path_template));
  }
  routes_.push_back(AddRoute(metrics, "other", "none"));
  metrics.AddGauge("gateway_http_requests_in_flight", "Requests whose answer is not given yet.",
                   [this] { return static_cast<double>(in_flight_.load(std::memory_order_relaxed)); });
}

RequestMetricsFilter::Route RequestMetricsFilter::AddRoute(telemetry::Metrics& metrics, const std::string& method,
                                                           const std::string& path_template) {
  Route route;
  const telemetry::Labels labels = {{"method", method}, {"route", path_template}};
  for (size_t i = 0; i < kStatuses.size(); ++i) {
    telemetry::Labels with_status = labels;
    with_status.emplace_back("status", absl::StrCat(kStatuses[i]));
    route.by_status[i] = &metrics.AddCounter("gateway_http_requests_total", "Requests answered.", with_status,
                                             /*hide_while_zero=*/true);
  }
  route.seconds =
      &metrics.AddHistogram("gateway_http_request_duration_seconds", "From the end of the header to the answer.",
                            telemetry::Histogram::CallSeconds(), labels);
  return route;
}

Verdict RequestMetricsFilter::Before(Call&) const {
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  return Verdict::kContinue;
}

void RequestMetricsFilter::Count(const Call& call, int status) const {
  const Route& route = call.route == Call::kNoRoute ? routes_.back() : routes_[call.route];
  const auto* const found = std::lower_bound(kStatuses.begin(), kStatuses.end(), status);
  // A status outside the list is counted with its nearest neighbour above; the list holds all that are sent.
  const size_t index = std::min<size_t>(static_cast<size_t>(found - kStatuses.begin()), kStatuses.size() - 1);
  route.by_status[index]->Add();
  route.seconds->Observe(static_cast<double>(MonotonicMicros() - call.start_us) / 1e6);
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
}

void RequestMetricsFilter::After(Call& call) const { Count(call, call.response.status); }

void RequestMetricsFilter::Dropped(Call& call) const { Count(call, 499); }

}  // namespace schutznetz::gateway
