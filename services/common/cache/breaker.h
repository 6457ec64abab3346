// Stops asking somebody who does not answer.
#pragma once

#include <mutex>

#include "absl/time/time.h"
#include "services/common/time/clock.h"

namespace schutznetz::cache {

inline constexpr int kBreakerFailures = 5;                         // in a row
inline constexpr absl::Duration kBreakerPause = absl::Seconds(2);  // SAFETY section 3

// Thread safe. After five failures in a row nobody asks for two seconds; the first failure after the pause opens it
// again.
class Breaker {
 public:
  explicit Breaker(const Clock& clock) : clock_(clock) {}

  bool Allows() const {
    const std::lock_guard lock(mutex_);
    return clock_.Now() >= open_until_;
  }
  void Succeeded() {
    const std::lock_guard lock(mutex_);
    failures_ = 0;
  }
  void Failed() {
    const std::lock_guard lock(mutex_);
    if (++failures_ >= kBreakerFailures) open_until_ = clock_.Now() + kBreakerPause;
  }

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  int failures_ = 0;
  absl::Time open_until_ = absl::InfinitePast();
};

}  // namespace schutznetz::cache
