#include "gateway/filters/request_id.h"

namespace schutznetz::gateway {

Verdict RequestIdFilter::Before(Call& call) const {
  const auto id = call.head->Find(Field::kXRequestId);
  call.request_id =
      id.has_value() && telemetry::IsRequestId(*id) ? telemetry::ShortText<64>(*id) : telemetry::NewRequestId();
  const auto parent = call.head->Find(Field::kTraceparent);
  std::optional<telemetry::TraceContext> trace;
  if (parent.has_value()) trace = telemetry::ParseTraceparent(*parent);
  call.trace = trace.has_value() ? *trace : telemetry::NewTrace();
  if (trace.has_value()) call.trace.parent_id = telemetry::NewSpanId();
  return Verdict::kContinue;
}

void RequestIdFilter::After(Call& call) const { call.response.headers.Add("x-request-id", call.request_id.view()); }

}  // namespace schutznetz::gateway
