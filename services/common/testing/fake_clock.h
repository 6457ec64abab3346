// A clock that stands still until told.
#pragma once

#include <mutex>

#include "absl/time/time.h"
#include "services/common/time/clock.h"

namespace schutznetz::testing {

// Thread safe.
class FakeClock final : public Clock {
 public:
  // 2026-03-02 10:00:00 UTC, a Monday.
  FakeClock() : now_(absl::FromUnixSeconds(1772445600)) {}
  explicit FakeClock(absl::Time now) : now_(now) {}

  absl::Time Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    std::lock_guard lock(mutex_);
    now_ += by;
  }
  void Set(absl::Time now) {
    std::lock_guard lock(mutex_);
    now_ = now;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

}  // namespace schutznetz::testing
