// How long to wait before the next try to connect.
#pragma once

#include <algorithm>

#include "absl/random/random.h"
#include "absl/time/time.h"

namespace schutznetz::storage::postgres {

// 100 ms, doubling to 5 s, less up to a quarter at random so that replicas do not come back together.
class Backoff {
 public:
  absl::Duration Next() {
    const absl::Duration wait = next_ * absl::Uniform(random_, 0.75, 1.0);
    next_ = std::min(next_ * 2, absl::Seconds(5));
    return wait;
  }
  void Reset() { next_ = kFirst; }

 private:
  static constexpr absl::Duration kFirst = absl::Milliseconds(100);
  absl::Duration next_ = kFirst;
  absl::BitGen random_;
};

}  // namespace schutznetz::storage::postgres
