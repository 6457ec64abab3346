#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/common/search/ordinal_bits.h"
#include "services/common/search/postings.h"
#include "services/common/search/query_plan.h"
#include "services/common/search/segment.h"

namespace schutznetz::search {

// A list's part inside a window, with the weight of the list in this query.
struct WeightedWindow {
  WindowRef ref;
  uint32_t weight = 0;
};

// One term in one segment: the windows of all its lists, by window.
struct TermWindows {
  std::vector<WeightedWindow> windows;
  uint64_t postings = 0;
};

TermWindows FindWindows(const Segment& segment, const TermPlan& plan);

// The documents of one window that match, and what they score.
struct WindowMatches {
  uint32_t window = 0;
  WindowBits bits;
  std::array<uint32_t, kWindowSize> scores;  // valid where a bit is set
};

// Finds the documents of one segment that have at least `required` terms. Window by window: first the bits of all
// terms, rarest first, then the scores of what is left. For one thread and one query.
class Matcher {
 public:
  // Of `allowed` documents only; null: all.
  Matcher(const Segment& segment, std::vector<TermWindows> terms, const OrdinalBits* allowed);

  // Calls visit for every window with matches. It may take bits away; scores are computed after `visit_bits`, for what
  // that leaves, and shown to `visit_scores` if anything is left.
  void Match(uint32_t required, absl::FunctionRef<void(WindowMatches*)> visit_bits,
             absl::FunctionRef<void(const WindowMatches&)> visit_scores);

  // The greatest number of terms that one allowed document has.
  uint32_t MostTerms();

  // What one document scores, allowed or not.
  uint32_t Score(uint32_t ordinal) const;

 private:
  std::span<const WeightedWindow> Windows(size_t term, uint32_t window);
  bool IntersectAll(uint32_t window, WindowBits* bits);
  void CountTerms(uint32_t window, std::array<WindowBits, 5>* planes);
  bool AtLeast(uint32_t window, const std::array<WindowBits, 5>& planes, uint32_t required, WindowBits* bits) const;
  void Unite(std::span<const WeightedWindow> windows, const WindowBits* within, WindowBits* bits) const;
  void AddScores(std::span<const WeightedWindow> windows, WindowMatches* matches);
  template <bool kAdd>
  void ScoreList(const WeightedWindow& weighted, const WindowMatches& matches, size_t candidates,
                 uint32_t* scores) const;

  const Segment& segment_;
  std::vector<TermWindows> terms_;  // fewest postings first
  const OrdinalBits* allowed_;
  std::vector<size_t> cursors_;  // by term: where its windows may go on
  WindowMatches matches_;
  std::array<uint32_t, kWindowSize> best_;
};

}  // namespace schutznetz::search
