#include "services/common/rpc/work_pool.h"

#include <utility>

#include "services/common/errors/errors.h"

namespace schutznetz::rpc {

WorkPool::WorkPool(int threads, int waiting_max, const Clock& clock)
    : waiting_max_(static_cast<size_t>(waiting_max)), clock_(clock) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkPool::~WorkPool() { Stop(); }

bool WorkPool::Submit(PoolJob& job) {
  {
    std::lock_guard lock(mutex_);
    const size_t waiting = first_.size() + others_.size();
    const size_t limit = job.is_first ? waiting_max_ + waiting_max_ / 4 : waiting_max_;
    if (stop_ || waiting >= limit) return false;
    (job.is_first ? first_ : others_).push_back(std::move(job));
    waiting_.store(waiting + 1, std::memory_order_relaxed);
  }
  wake_.notify_one();
  return true;
}

void WorkPool::Stop() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkPool::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || !first_.empty() || !others_.empty(); });
    std::deque<PoolJob>& queue = first_.empty() ? others_ : first_;
    if (queue.empty()) return;
    PoolJob job = std::move(queue.front());
    queue.pop_front();
    waiting_.store(first_.size() + others_.size(), std::memory_order_relaxed);
    const absl::Status status = stop_ ? errors::TemporarilyUnavailable(absl::Seconds(1)) : WhyNot(job);
    lock.unlock();
    job.run(status);
    job.run = nullptr;  // what it holds dies outside the lock
    lock.lock();
  }
}

absl::Status WorkPool::WhyNot(const PoolJob& job) const {
  if (job.cancelled != nullptr && job.cancelled->load(std::memory_order_relaxed)) return errors::Cancelled();
  if (job.deadline <= clock_.Now()) return errors::DeadlinePassed();
  return absl::OkStatus();
}

}  // namespace schutznetz::rpc
