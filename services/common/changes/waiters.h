// Calls that wait for a number of the change log. Internal to changes/.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

namespace schutznetz::changes {

using Waiter = absl::AnyInvocable<void(absl::Status)>;

// Not thread safe: its owner's lock guards it. Waiters are handed out to be called without that lock.
class Waiters {
 public:
  void Add(int64_t number, absl::Time deadline, Waiter waiter);
  // Takes those whose number is at most `number`.
  std::vector<Waiter> TakeReached(int64_t number);
  // Takes those whose deadline is before `now`.
  std::vector<Waiter> TakeExpired(absl::Time now);
  std::vector<Waiter> TakeAll();

  size_t size() const { return waiting_.size(); }
  absl::Time next_deadline() const { return next_deadline_; }

 private:
  struct Entry {
    absl::Time deadline;
    Waiter waiter;
  };
  std::multimap<int64_t, Entry> waiting_;
  absl::Time next_deadline_ = absl::InfiniteFuture();  // not after the earliest
};

void CallAll(std::vector<Waiter> waiters, const absl::Status& status);

}  // namespace schutznetz::changes
