#include "services/common/storage/write_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace schutznetz::storage {

bool WriteQueue::Push(PendingWrite& write) {
  const std::lock_guard lock(mutex_);
  if (closed_ || counters_.writes_waiting >= waiting_max_) return false;
  counters_.writes_waiting.fetch_add(1, std::memory_order_relaxed);
  writes_.push_back(std::move(write));
  if (writes_.size() == 1 || writes_.size() == expected_) changed_.notify_one();
  return true;
}

std::vector<PendingWrite> WriteQueue::Take(size_t max, size_t expected, TimePoint gather_until, TimePoint idle_until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, idle_until, [this] { return closed_ || !writes_.empty() || !tasks_.empty(); });
  if (!writes_.empty() && writes_.size() < expected) {
    expected_ = expected;
    changed_.wait_until(lock, gather_until, [&] { return closed_ || writes_.size() >= expected; });
    expected_ = 1;
  }
  const auto end = writes_.begin() + static_cast<ptrdiff_t>(std::min(max, writes_.size()));
  std::vector<PendingWrite> taken(std::make_move_iterator(writes_.begin()), std::make_move_iterator(end));
  writes_.erase(writes_.begin(), end);
  if (!writes_.empty()) changed_.notify_one();  // for the next of several takers
  return taken;
}

void WriteQueue::PushTask(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  changed_.notify_one();
}

std::function<void()> WriteQueue::TakeTask() {
  const std::lock_guard lock(mutex_);
  if (tasks_.empty()) return nullptr;
  std::function<void()> task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

void WriteQueue::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  closing_.notify_all();
}

void WriteQueue::WaitForClose(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  closing_.wait_for(lock, time, [this] { return closed_; });
}

bool WriteQueue::finished() const {
  const std::lock_guard lock(mutex_);
  return closed_ && writes_.empty() && tasks_.empty();
}

}  // namespace schutznetz::storage
