#include "gateway/filters/access_log.h"

#include <algorithm>

#include "gateway/filters/monotonic.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

using telemetry::Literal;

// A client may send any token as method; only these are told apart.
Literal MethodLiteral(std::string_view method) {
  if (method == "GET") return "GET";
  if (method == "HEAD") return "HEAD";
  if (method == "POST") return "POST";
  if (method == "PATCH") return "PATCH";
  if (method == "PUT") return "PUT";
  if (method == "DELETE") return "DELETE";
  if (method == "OPTIONS") return "OPTIONS";
  return "OTHER";
}

}  // namespace

telemetry::LogLine AccessLogFilter::LineOf(const Call& call) const {
  telemetry::LogLine line;
  line.event = "request";
  if (call.binding != nullptr) line.route = Literal::ForProcessLifetime(call.binding->path_template);
  line.http_method = MethodLiteral(call.head->method);
  line.request_id = call.request_id;
  line.trace_id = call.trace.trace_id;
  line.duration_us = MonotonicMicros() - call.start_us;
  line.request_bytes = static_cast<int64_t>(call.body.size());
  return line;
}

void AccessLogFilter::After(Call& call) const {
  telemetry::LogLine line = LineOf(call);
  line.http_status = call.response.status;
  line.response_bytes = static_cast<int64_t>(call.response.body.size());
  if (!call.error.ok()) {
    line.grpc_code = static_cast<int>(call.error.code());
    line.reason = std::string_view(errors::ReasonOf(call.error));
    line.cause = errors::LogTextOf(call.error);
    if (call.response.status >= 500) line.level = telemetry::Level::kWarning;
  }
  log_.Write(std::move(line));
}

void AccessLogFilter::Dropped(Call& call) const {
  constexpr int kClientClosedRequest = 499;
  telemetry::LogLine line = LineOf(call);
  line.http_status = kClientClosedRequest;
  log_.Write(std::move(line));
}

}  // namespace schutznetz::gateway
