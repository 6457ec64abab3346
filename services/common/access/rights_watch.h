// Keeps a RightsVersion confirmed: asks the exchange server every 2 s, and sooner when a hint says that it rose.
//
//   access::RightsVersion rights(clock);
//   access::RightsWatch watch(rights, clock, [&](absl::Duration limit) { return exchange.GetRightsVersion(limit); });
//   const cache::Subscription hints = cache.OnHint(access::kRightsTopic, [&](int64_t) { watch.Wake(); });
//
// A hint is never believed, only followed: Redis can make a program look sooner, and nothing else.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/access/rights_version.h"
#include "services/common/time/clock.h"

namespace schutznetz::access {

inline constexpr char kRightsTopic[] = "rights";

// Asks for the version; called on the watch's own thread. Must return within `limit`.
using AskRightsVersion = std::function<absl::StatusOr<int64_t>(absl::Duration limit)>;

struct RightsWatchOptions {
  absl::Duration period = kRightsPollPeriod;
  absl::Duration retry = absl::Milliseconds(500);  // after a failure, so that one lost answer costs no freshness
  absl::Duration ask_limit = absl::Milliseconds(1000);
  absl::Duration hint_pause = absl::Milliseconds(50);  // between two questions, however many hints come
};

// Thread safe.
class RightsWatch {
 public:
  // Starts asking at once. `rights` and `clock` must outlive it.
  RightsWatch(RightsVersion& rights, const Clock& clock, AskRightsVersion ask, RightsWatchOptions options = {});
  // Waits for a running question.
  ~RightsWatch();
  RightsWatch(const RightsWatch&) = delete;
  RightsWatch& operator=(const RightsWatch&) = delete;

  // Asks no more; waits for a running question. For an owner that lives longer than what is asked.
  void Stop();
  // Asks soon. Never blocks.
  void Wake();
  // Whether the version was confirmed in the last 5 s; if not, restricted access refuses (P15).
  bool Fresh() const { return rights_.is_fresh(); }
  absl::Duration age() const { return rights_.age(); }

 private:
  void Run();
  bool AskOnce();

  RightsVersion& rights_;
  const Clock& clock_;
  const AskRightsVersion ask_;
  const RightsWatchOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace schutznetz::access
