#include "services/common/changes/waiters.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace schutznetz::changes {

void Waiters::Add(int64_t number, absl::Time deadline, Waiter waiter) {
  next_deadline_ = std::min(next_deadline_, deadline);
  waiting_.emplace(number, Entry{deadline, std::move(waiter)});
}

std::vector<Waiter> Waiters::TakeReached(int64_t number) {
  std::vector<Waiter> taken;
  const auto end = waiting_.upper_bound(number);
  for (auto it = waiting_.begin(); it != end; ++it) taken.push_back(std::move(it->second.waiter));
  waiting_.erase(waiting_.begin(), end);
  if (waiting_.empty()) next_deadline_ = absl::InfiniteFuture();
  return taken;
}

std::vector<Waiter> Waiters::TakeExpired(absl::Time now) {
  std::vector<Waiter> taken;
  if (now < next_deadline_) return taken;
  next_deadline_ = absl::InfiniteFuture();
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (it->second.deadline <= now) {
      taken.push_back(std::move(it->second.waiter));
      it = waiting_.erase(it);
    } else {
      next_deadline_ = std::min(next_deadline_, it->second.deadline);
      ++it;
    }
  }
  return taken;
}

std::vector<Waiter> Waiters::TakeAll() { return TakeReached(std::numeric_limits<int64_t>::max()); }

void CallAll(std::vector<Waiter> waiters, const absl::Status& status) {
  for (Waiter& waiter : waiters) waiter(status);
}

}  // namespace schutznetz::changes
