// The monotonic clock, for durations and limits.
#pragma once

#include <cstdint>
#include <ctime>

namespace schutznetz::gateway {

inline int64_t MonotonicMicros() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace schutznetz::gateway
