// A bounded pool for calls that may wait: store, mail, other servers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/time/clock.h"

namespace schutznetz::rpc {

// One piece of work.
struct PoolJob {
  // Called once on a thread of the pool: with OK to do the work, with DEADLINE_EXCEEDED or CANCELLED when nobody waits
  // for it any more, with UNAVAILABLE when the pool stops first.
  absl::AnyInvocable<void(absl::Status)> run;
  absl::Time deadline = absl::InfiniteFuture();
  const std::atomic<bool>* cancelled = nullptr;  // may be null
  bool is_first = false;                         // before all that are not
};

// Thread safe.
class WorkPool {
 public:
  // `clock` must outlive it.
  WorkPool(int threads, int waiting_max, const Clock& clock);
  // Stop().
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // False, with `job` untouched, when waiting_max jobs wait already or the pool stopped. First jobs may fill a quarter
  // more.
  [[nodiscard]] bool Submit(PoolJob& job);
  // Refuses new jobs, ends those that wait, waits for those that run.
  void Stop();

  // Jobs that wait, not counting those that run.
  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  void Run();
  absl::Status WhyNot(const PoolJob& job) const;

  const size_t waiting_max_;
  const Clock& clock_;
  std::atomic<size_t> waiting_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<PoolJob> first_;
  std::deque<PoolJob> others_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace schutznetz::rpc
