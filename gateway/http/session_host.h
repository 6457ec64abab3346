// What the sessions of one worker share. Used on the worker's thread only.
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "gateway/http/connection_limits.h"
#include "gateway/http/exchange.h"
#include "gateway/http/limits.h"
#include "gateway/http/refusal.h"
#include "gateway/http/response_writer.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

// Counted by all workers together.
struct HttpMetrics {
  explicit HttpMetrics(telemetry::Metrics& metrics);

  telemetry::Counter* connections = nullptr;
  std::array<telemetry::Counter*, static_cast<size_t>(Refusal::kCount)> refused = {};
};

class Http1Session;

struct SessionHost {
  const HttpLimits& limits;
  ExchangeHandler& handler;
  ConnectionLimits& connections;
  HttpMetrics& metrics;
  bool draining = false;
  DateCache date;
  std::string head_text;                // scratch for the response being written
  std::vector<Http1Session*> sessions;  // all open ones; each knows its index and removes itself
  int refused_lingering = 0;            // sessions that only take an answer of refusal away
};

// Milliseconds since some start, good to about four of them and nearly free.
inline int64_t CoarseNow() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace schutznetz::gateway
