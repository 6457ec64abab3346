// Where the time of day comes from. Passed in by constructor, never read from a global, so that tests can set it.
#pragma once

#include "absl/time/time.h"

namespace schutznetz {

// Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

}  // namespace schutznetz
