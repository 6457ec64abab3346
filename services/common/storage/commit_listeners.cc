#include "services/common/storage/commit_listeners.h"

#include <utility>

namespace schutznetz::storage {

int64_t CommitListeners::Add(CommitListener listener) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(next_key_, std::move(listener));
  return next_key_++;
}

void CommitListeners::Remove(int64_t key) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(key);
}

void CommitListeners::Call(const Committed& committed) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, listener] : listeners_) listener(committed);
}

}  // namespace schutznetz::storage
