#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "services/common/search/postings.h"

namespace schutznetz::search {

// A posting's impact times a weight, shifted by this, is what it adds to the score. Weights fit 16 bits, so that what
// one posting adds does too.
inline constexpr uint32_t kWeightBits = 8;
inline constexpr uint32_t kMaxWeight = UINT16_MAX;

// A list's part inside a window, with the weight of the list in this query.
struct WeightedWindow {
  WindowRef ref;
  uint32_t weight = 0;
};

// The documents of one window that match, ascending, and what they score.
struct WindowMatches {
  uint32_t window = 0;
  size_t count = 0;
  std::array<uint16_t, kWindowSize> offsets;
  std::array<uint32_t, kWindowSize> scores;  // beside offsets
};

// Computes what documents of a window score: for each term the best of its lists, summed over the terms. Few documents
// are looked up in the lists one by one; for many, whole lists are added up and the documents picked from the sums.
// For one thread; keeps buffers of 40 KiB.
class WindowScorer {
 public:
  explicit WindowScorer(const PostingStore& postings) : postings_(postings) {}

  // Begins with the documents of `bits`; `matches` holds their offsets and no scores yet.
  void Start(const WindowBits& bits, WindowMatches* matches);
  void AddTerm(std::span<const WeightedWindow> lists);
  // Fills in the scores. Documents below `floor` may be left out.
  void Finish(uint32_t floor);

 private:
  // Up to this many documents are looked up one by one.
  static constexpr size_t kFew = 192;

  void AddToFew(const WeightedWindow& list);
  void AddToAll(const WeightedWindow& list);

  const PostingStore& postings_;
  WindowMatches* matches_ = nullptr;
  bool few_ = true;
  std::array<uint16_t, kWindowSize> best_;    // of the current term: by match if few, else by offset
  std::array<uint32_t, kWindowSize> totals_;  // by offset, if not few
};

// The index of a posting in a sparse window, or its count.
size_t FindSparse(const uint16_t* offsets, size_t count, uint32_t offset);

// What one document's posting in a list adds; 0 without one.
uint32_t ScoreOf(const PostingStore& postings, const WeightedWindow& list, uint32_t offset);

}  // namespace schutznetz::search
