#include "services/common/time/clock.h"

#include "absl/time/clock.h"

namespace schutznetz {

absl::Time SystemClock::Now() const { return absl::Now(); }

}  // namespace schutznetz
