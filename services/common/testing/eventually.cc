#include "services/common/testing/eventually.h"

#include "absl/time/clock.h"

namespace schutznetz::testing {

bool Eventually(const std::function<bool()>& condition, absl::Duration limit) {
  const absl::Time end = absl::Now() + limit;
  while (!condition()) {
    if (absl::Now() > end) return false;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return true;
}

}  // namespace schutznetz::testing
