// The newest rights version that a program knows (ARCHITECTURE section 5): polled from the exchange server every 2 s,
// compared with every caller. When it was not confirmed for 5 s, restricted access is refused (P15).
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/access/caller.h"
#include "services/common/time/clock.h"

namespace schutznetz::access {

inline constexpr absl::Duration kRightsPollPeriod = absl::Seconds(2);
inline constexpr absl::Duration kRightsAgeMax = absl::Seconds(5);

// Thread safe, without locks.
class RightsVersion {
 public:
  // Not known yet. `clock` must outlive it.
  explicit RightsVersion(const Clock& clock) : clock_(clock) {}

  // The exchange server said `version` in answer to a question that was asked at `asked`.
  void Confirm(int64_t version, absl::Time asked);
  // Something newer was seen, but not as an answer to that question: a caller's context, a hint.
  void Raise(int64_t version);

  // 0: never known.
  int64_t version() const { return version_.load(std::memory_order_acquire); }
  // Whether it was confirmed in the last 5 s.
  bool is_fresh() const;
  absl::Duration age() const;

  // Whether `caller`'s rights may be relied on now. OK for the public and for programs, whose rights no grant changes.
  // UNAVAILABLE (TEMPORARILY_UNAVAILABLE): the version was not confirmed for 5 s. UNAUTHENTICATED (CONTEXT_OUTDATED):
  // the caller's rights were read under an older version; the gateway reads them again and retries once. A newer one
  // raises this.
  absl::Status Check(const Caller& caller);

 private:
  const Clock& clock_;
  std::atomic<int64_t> version_{0};
  std::atomic<int64_t> confirmed_us_{INT64_MIN};
};

}  // namespace schutznetz::access
