#include "gateway/http/session_host.h"

namespace schutznetz::gateway {

HttpMetrics::HttpMetrics(telemetry::Metrics& metrics)
    : connections(&metrics.AddCounter("gateway_http_connections_total", "Connections that arrived.")) {
  for (size_t i = 0; i < refused.size(); ++i) {
    const std::string reason(Describe(static_cast<Refusal>(i)).label);
    refused[i] =
        &metrics.AddCounter("gateway_http_refused_total",
                            "Requests and connections refused before any filter saw them.", {{"reason", reason}});
  }
}

}  // namespace schutznetz::gateway
