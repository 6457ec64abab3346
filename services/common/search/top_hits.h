#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace schutznetz::search {

// A document in the order of an answer: by rank, then key, both ascending.
struct RankedDocument {
  uint64_t rank = 0;
  uint64_t key = 0;
  uint32_t ordinal = 0;
  uint32_t score = 0;

  bool Before(const RankedDocument& other) const { return rank != other.rank ? rank < other.rank : key < other.key; }
};

// Keeps the first `limit` of all documents that are pushed and come behind `after`.
class TopHits {
 public:
  TopHits(size_t limit, std::optional<std::pair<uint64_t, uint64_t>> after) : limit_(limit), after_(after) {}

  // False: a document of this rank cannot get in any more, whatever its key.
  bool MayEnter(uint64_t rank) const {
    return limit_ > 0 && (heap_.size() < limit_ || rank <= heap_.front().rank) &&
           (!after_.has_value() || rank >= after_->first);
  }

  // The greatest rank that may enter.
  uint64_t last_rank() const {
    if (limit_ == 0) return 0;
    return heap_.size() < limit_ ? std::numeric_limits<uint64_t>::max() : heap_.front().rank;
  }

  void Push(const RankedDocument& document) {
    if (!MayEnter(document.rank)) return;
    if (after_.has_value() && std::pair(document.rank, document.key) <= *after_) return;
    if (heap_.size() == limit_) {
      if (!document.Before(heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), Earlier);
      heap_.back() = document;
    } else {
      heap_.push_back(document);
    }
    std::push_heap(heap_.begin(), heap_.end(), Earlier);
  }

  // In order.
  std::vector<RankedDocument> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), Earlier);
    return std::move(heap_);
  }

 private:
  static bool Earlier(const RankedDocument& a, const RankedDocument& b) { return a.Before(b); }

  size_t limit_;
  std::optional<std::pair<uint64_t, uint64_t>> after_;
  std::vector<RankedDocument> heap_;  // the last at the front
};

}  // namespace schutznetz::search
