#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace schutznetz::geo {

// A place in the order of a nearest query: by distance, then by a number of the caller's choice that is unique.
struct Candidate {
  double squared_chord = 0;
  uint64_t tie = 0;
  uint32_t id = 0;

  bool Before(const Candidate& other) const {
    return squared_chord != other.squared_chord ? squared_chord < other.squared_chord : tie < other.tie;
  }
};

// Keeps the `limit` first candidates of all that are pushed, none farther than `max_squared_chord` and, for paging,
// none up to and including `after`.
class NearestHeap {
 public:
  NearestHeap(size_t limit, double max_squared_chord) : limit_(limit), bound_(limit == 0 ? -1 : max_squared_chord) {}

  void StartAfter(double squared_chord, uint64_t tie) { after_ = {squared_chord, tie, 0}; }

  // False: nothing at this distance can get in any more.
  bool MayEnter(double squared_chord) const { return squared_chord <= bound_ && squared_chord >= after_.squared_chord; }
  double bound() const { return bound_; }
  double floor() const { return after_.squared_chord; }

  void Push(const Candidate& candidate) {
    if (!MayEnter(candidate.squared_chord) || !after_.Before(candidate)) return;
    if (heap_.size() == limit_) {
      if (!candidate.Before(heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), Later);
      heap_.back() = candidate;
    } else {
      heap_.push_back(candidate);
    }
    std::push_heap(heap_.begin(), heap_.end(), Later);
    if (heap_.size() == limit_) bound_ = heap_.front().squared_chord;
  }

  std::vector<Candidate> TakeSorted() {
    std::sort_heap(heap_.begin(), heap_.end(), Later);
    return std::move(heap_);
  }

 private:
  static bool Later(const Candidate& a, const Candidate& b) { return a.Before(b); }

  size_t limit_;
  double bound_;
  Candidate after_{-1, std::numeric_limits<uint64_t>::max(), 0};
  std::vector<Candidate> heap_;  // the farthest at the front
};

}  // namespace schutznetz::geo
