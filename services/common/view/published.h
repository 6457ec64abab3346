// One pointer that many threads read all the time and one thread replaces now and then.
//
// Readers keep a reference of their own and look at a counter to learn whether it is still the newest, so that reading
// costs one shared load and one reference. (std::atomic<std::shared_ptr> of GCC 12 fails under the thread sanitizer.)
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace schutznetz::view {

// Makes ids that are never given twice in a process, so that a thread's copies of two publishers are told apart.
uint64_t NextPublisherId();

// Thread safe. An idle thread keeps the version it read last, until it reads again or ends.
template <typename T>
class Published {
 public:
  Published() : id_(NextPublisherId()) {}
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  void Publish(std::shared_ptr<const T> object) {
    std::lock_guard lock(mutex_);
    object_.swap(object);
    generation_.fetch_add(1, std::memory_order_release);
  }

  // Null before the first Publish.
  std::shared_ptr<const T> Read() const {
    Copy& copy = CopyOfThisThread();
    if (copy.generation != generation_.load(std::memory_order_acquire)) {
      std::lock_guard lock(mutex_);
      copy.object = object_;
      copy.generation = generation_.load(std::memory_order_relaxed);
    }
    return copy.object;
  }

 private:
  struct Copy {
    uint64_t publisher = 0;
    uint64_t generation = 0;
    std::shared_ptr<const T> object;
  };

  // A thread reads from one publisher, in tests from a few; an older copy makes room when there are more.
  Copy& CopyOfThisThread() const {
    thread_local std::array<Copy, 4> copies;
    thread_local size_t next = 0;
    for (Copy& copy : copies) {
      if (copy.publisher == id_) return copy;
    }
    Copy& copy = copies[next++ % copies.size()];
    copy = Copy{.publisher = id_};
    return copy;
  }

  const uint64_t id_;
  mutable std::mutex mutex_;
  std::shared_ptr<const T> object_;
  std::atomic<uint64_t> generation_{0};
};

}  // namespace schutznetz::view
