// Hands documents from the thread that makes them to the one that takes them into an index.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "services/common/search/document.h"

namespace schutznetz::directory {

// One thread puts, one takes. Holds a bounded number of documents.
class DocumentPipe {
 public:
  void Put(search::Document document) {
    filling_.push_back(std::move(document));
    if (filling_.size() >= kBatch) Push();
  }
  // Nothing more comes.
  void Close() {
    Push();
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  // False at the end.
  bool Take(search::Document* document) {
    if (next_ == taking_.size() && !Pull()) return false;
    *document = std::move(taking_[next_++]);
    return true;
  }

 private:
  static constexpr size_t kBatch = 64;
  static constexpr size_t kBatchesMax = 32;

  void Push() {
    if (filling_.empty()) return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return batches_.size() < kBatchesMax; });
    batches_.push_back(std::exchange(filling_, {}));
    changed_.notify_all();
  }
  bool Pull() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !batches_.empty(); });
    if (batches_.empty()) return false;
    taking_ = std::move(batches_.front());
    batches_.pop_front();
    next_ = 0;
    changed_.notify_all();
    return true;
  }

  std::vector<search::Document> filling_;  // of the thread that puts
  std::vector<search::Document> taking_;   // of the thread that takes
  size_t next_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<search::Document>> batches_;
  bool closed_ = false;
};

}  // namespace schutznetz::directory
