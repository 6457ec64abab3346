#include "services/common/storage/completions.h"

#include <iterator>
#include <utility>

namespace schutznetz::storage {

Completions::Completions(Counters& counters) : counters_(counters), thread_([this] { Run(); }) {}

Completions::~Completions() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

void Completions::Add(std::vector<PendingWrite> writes) {
  const std::lock_guard lock(mutex_);
  finished_.insert(finished_.end(), std::make_move_iterator(writes.begin()), std::make_move_iterator(writes.end()));
  changed_.notify_one();
}

void Completions::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !finished_.empty(); });
    if (finished_.empty()) return;
    std::vector<PendingWrite> writes = std::exchange(finished_, {});
    lock.unlock();
    for (PendingWrite& write : writes) Finish(write, counters_);
    writes.clear();
    lock.lock();
  }
}

}  // namespace schutznetz::storage
