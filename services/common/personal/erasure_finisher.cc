#include "services/common/personal/erasure_finisher.h"

#include "services/common/errors/macros.h"

namespace schutznetz::personal {

absl::Status ErasureFinisher::Finish() {
  const absl::Time now = absl::Now();
  if (now >= next_look_ || absl::ToUnixMicros(now) < expect_until_us_.load()) {
    ASSIGN_OR_RETURN(const int added, ledger_.Sync());
    if (added > 0) scrub_.store(true);
    next_look_ = now + kLook;
  }
  if (!scrub_.exchange(false)) return absl::OkStatus();
  const absl::Status scrubbed = database_.ScrubDeleted(now + kScrubTime);
  if (!scrubbed.ok()) scrub_.store(true);
  return scrubbed;
}

}  // namespace schutznetz::personal
