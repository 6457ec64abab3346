// Writes that wait for a database thread. Internal to storage/.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "services/common/storage/counters.h"
#include "services/common/storage/pending_write.h"

namespace schutznetz::storage {

// Thread safe. Bounds the writes that are accepted and not yet answered, not only those that sit in here.
class WriteQueue {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  WriteQueue(int waiting_max, Counters& counters) : waiting_max_(waiting_max), counters_(counters) {}

  // False, leaving `write` alone, when there is no room or the queue is closed.
  bool Push(PendingWrite& write);

  // Waits for a first write (or a task) until `idle_until`, then for `expected` of them until `gather_until`. Returns
  // at most `max`, in order. Empty after `idle_until`, when a task waits, or when closed.
  std::vector<PendingWrite> Take(size_t max, size_t expected, TimePoint gather_until, TimePoint idle_until);

  // Something else to do for a thread that takes.
  void PushTask(std::function<void()> task);
  std::function<void()> TakeTask();  // may be empty

  // Refuses further writes; what is inside can still be taken.
  void Close();
  // Waits for `time`, or until closed.
  void WaitForClose(std::chrono::milliseconds time);
  // Closed, with nothing left.
  bool finished() const;

 private:
  const int waiting_max_;
  Counters& counters_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable closing_;
  std::deque<PendingWrite> writes_;
  std::deque<std::function<void()>> tasks_;
  size_t expected_ = 1;
  bool closed_ = false;
};

}  // namespace schutznetz::storage
