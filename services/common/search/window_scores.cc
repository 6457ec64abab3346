#include "services/common/search/window_scores.h"

#include <algorithm>
#include <bit>

namespace schutznetz::search {
namespace {

// Looking a document up in a sparse list costs about as much as this many steps through it.
constexpr size_t kProbeCost = 6;

uint16_t Scaled(uint8_t impact, uint32_t weight) { return static_cast<uint16_t>(impact * weight >> kWeightBits); }

// The loops over all 4,096 places are written so that the compiler turns them into vector instructions; this file is
// compiled with -O3 for that (CMakeLists.txt).
void KeepBest(const uint8_t* impacts, uint32_t weight, uint16_t* best) {
  const auto factor = static_cast<uint16_t>(weight);
  for (size_t i = 0; i < kWindowSize; ++i) {
    // (impact * 256 * weight) >> 16, which is one instruction, is (impact * weight) >> 8.
    const auto high = static_cast<uint16_t>(impacts[i] << 8);
    const auto score = static_cast<uint16_t>((static_cast<uint32_t>(high) * factor) >> 16);
    best[i] = best[i] > score ? best[i] : score;
  }
}

void AddUp(const uint16_t* best, uint32_t* totals) {
  for (size_t i = 0; i < kWindowSize; ++i) totals[i] += best[i];
}

}  // namespace

size_t FindSparse(const uint16_t* offsets, size_t count, uint32_t offset) {
  size_t low = 0;
  for (size_t size = count; size > 1;) {  // without branches that cannot be foreseen
    const size_t half = size / 2;
    low += offsets[low + half - 1] < offset ? half : 0;
    size -= half;
  }
  return low < count && offsets[low] == offset ? low : count;
}

uint32_t ScoreOf(const PostingStore& postings, const WeightedWindow& list, uint32_t offset) {
  const uint8_t* impacts = postings.Impacts(list.ref);
  switch (PostingStore::FormOf(list.ref)) {
    case PostingStore::Form::kFull:
      return Scaled(impacts[offset], list.weight);
    case PostingStore::Form::kDense: {
      const uint64_t word = postings.Word(list.ref, offset / 64), bit = uint64_t{1} << (offset % 64);
      if ((word & bit) == 0) return 0;
      const auto before = static_cast<size_t>(std::popcount(word & (bit - 1)));
      return Scaled(impacts[postings.Rank(list.ref, offset / 64) + before], list.weight);
    }
    case PostingStore::Form::kSparse:
      break;
  }
  const size_t posting = FindSparse(postings.Offsets(list.ref), list.ref.count, offset);
  return posting == list.ref.count ? 0 : Scaled(impacts[posting], list.weight);
}

void WindowScorer::Start(const WindowBits& bits, WindowMatches* matches) {
  matches_ = matches;
  matches->count = 0;
  for (uint32_t i = 0; i < kWindowWords; ++i) {
    for (uint64_t word = bits[i]; word != 0; word &= word - 1) {
      matches->offsets[matches->count++] =
          static_cast<uint16_t>(i * 64 + static_cast<uint32_t>(std::countr_zero(word)));
    }
  }
  few_ = matches->count <= kFew;
  if (few_) {
    std::fill_n(matches->scores.begin(), matches->count, 0U);
  } else {
    totals_.fill(0);
  }
}

void WindowScorer::AddTerm(std::span<const WeightedWindow> lists) {
  if (lists.empty()) return;
  const size_t places = few_ ? matches_->count : kWindowSize;
  std::fill_n(best_.begin(), places, uint16_t{0});
  for (const WeightedWindow& list : lists) few_ ? AddToFew(list) : AddToAll(list);
  if (!few_) {
    AddUp(best_.data(), totals_.data());
    return;
  }
  for (size_t i = 0; i < places; ++i) matches_->scores[i] += best_[i];
}

void WindowScorer::AddToFew(const WeightedWindow& list) {
  const bool walk =
      PostingStore::FormOf(list.ref) == PostingStore::Form::kSparse && list.ref.count < matches_->count * kProbeCost;
  if (!walk) {
    for (size_t i = 0; i < matches_->count; ++i) {
      const auto score = static_cast<uint16_t>(ScoreOf(postings_, list, matches_->offsets[i]));
      best_[i] = std::max(best_[i], score);
    }
    return;
  }
  const uint16_t* offsets = postings_.Offsets(list.ref);
  const uint8_t* impacts = postings_.Impacts(list.ref);
  for (size_t i = 0, posting = 0; i < matches_->count; ++i) {
    while (posting < list.ref.count && offsets[posting] < matches_->offsets[i]) ++posting;
    if (posting == list.ref.count) return;
    if (offsets[posting] == matches_->offsets[i]) best_[i] = std::max(best_[i], Scaled(impacts[posting], list.weight));
  }
}

void WindowScorer::AddToAll(const WeightedWindow& list) {
  const uint8_t* impacts = postings_.Impacts(list.ref);
  const auto credit = [this, &list](uint32_t offset, uint8_t impact) {
    best_[offset] = std::max(best_[offset], Scaled(impact, list.weight));
  };
  switch (PostingStore::FormOf(list.ref)) {
    case PostingStore::Form::kFull:
      KeepBest(impacts, list.weight, best_.data());
      break;
    case PostingStore::Form::kDense:
      for (uint32_t i = 0; i < kWindowWords; ++i) {
        for (uint64_t word = postings_.Word(list.ref, i); word != 0; word &= word - 1) {
          credit(i * 64 + static_cast<uint32_t>(std::countr_zero(word)), *impacts++);
        }
      }
      break;
    case PostingStore::Form::kSparse:
      for (size_t i = 0; i < list.ref.count; ++i) credit(postings_.Offsets(list.ref)[i], impacts[i]);
      break;
  }
}

void WindowScorer::Finish(uint32_t floor) {
  if (few_) return;
  size_t kept = 0;
  for (size_t i = 0; i < matches_->count; ++i) {
    const uint16_t offset = matches_->offsets[i];
    matches_->offsets[kept] = offset;
    matches_->scores[kept] = totals_[offset];
    kept += totals_[offset] >= floor ? 1 : 0;
  }
  matches_->count = kept;
}

}  // namespace schutznetz::search
