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
#include "services/common/search/window_scores.h"

namespace schutznetz::search {

// One term in one segment: the windows of all its lists, by window.
struct TermWindows {
  std::vector<WeightedWindow> windows;
  uint64_t postings = 0;
};

TermWindows FindWindows(const Segment& segment, const TermPlan& plan);

// Finds the documents of one segment that have at least `required` terms. Window by window: first the bits of all
// terms, rarest first, then the scores of what is left. For one thread and one query.
class Matcher {
 public:
  // Of `allowed` documents only; null: all.
  Matcher(const Segment& segment, std::vector<TermWindows> terms, const OrdinalBits* allowed);

  // Calls visit_bits for every window with matches; it may take bits away. What that leaves is scored and shown to
  // visit_scores, which returns the score below which it needs none any more.
  void Match(uint32_t required, absl::FunctionRef<void(uint32_t window, WindowBits*)> visit_bits,
             absl::FunctionRef<uint32_t(const WindowMatches&)> visit_scores);

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

  const Segment& segment_;
  std::vector<TermWindows> terms_;  // fewest postings first
  const OrdinalBits* allowed_;
  std::vector<size_t> cursors_;  // by term: where its windows may go on
  WindowScorer scorer_;
  WindowMatches matches_;
};

}  // namespace schutznetz::search
