// The flags by which an operator says where Redis is. The same for all programs.
#pragma once

#include <memory>
#include <string>

#include "services/common/cache/cache.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"

namespace schutznetz::cache {

struct RedisFlags {
  std::string address;  // empty: no Redis
  std::string user;
  config::Secret password;
  config::Secret key;

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
  // Does not wait for Redis. `clock` must outlive the cache, and `metrics` must not be read after it is gone.
  std::unique_ptr<Cache> Open(const Clock& clock, telemetry::Metrics& metrics) const;
};

}  // namespace schutznetz::cache
