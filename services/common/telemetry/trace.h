// Request ids and W3C trace context (level 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/common/telemetry/text.h"

namespace schutznetz::telemetry {

// A place in a trace.
struct TraceContext {
  ShortText<32> trace_id;   // 32 lower-case hex digits, not all zero; empty: no trace
  ShortText<16> parent_id;  // 16 lower-case hex digits, not all zero: the span of the caller
  uint8_t flags = 0;
};

// Reads a `traceparent` value. Nothing when it is malformed, has an all-zero id or version ff: the caller then starts a
// new trace and drops `tracestate`. Versions above 00 are read as 00.
std::optional<TraceContext> ParseTraceparent(std::string_view value);

// "00-<trace_id>-<parent_id>-<flags>".
std::string FormatTraceparent(const TraceContext& context);

// A new trace with random ids.
TraceContext NewTrace();
// A new span id for a call made within a trace.
ShortText<16> NewSpanId();

// At most 64 of [A-Za-z0-9._-], at least one.
bool IsRequestId(std::string_view id);
// 20 random characters, cheap: not a secret, only unlikely to repeat.
ShortText<64> NewRequestId();

}  // namespace schutznetz::telemetry
