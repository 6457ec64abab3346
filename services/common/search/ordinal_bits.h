#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "services/common/search/postings.h"

class Roaring;

namespace schutznetz::search {

// Calls with the number of each set bit, ascending.
template <typename Visit>
void ForEachBit(std::span<const uint64_t> words, const Visit& visit) {
  for (size_t i = 0; i < words.size(); ++i) {
    for (uint64_t word = words[i]; word != 0; word &= word - 1) {
      visit(static_cast<uint32_t>(i * 64 + static_cast<size_t>(std::countr_zero(word))));
    }
  }
}

// A plain set of a segment's ordinals: one bit each, padded to whole windows. What a query computes with; what is
// stored is compressed (Roaring).
class OrdinalBits {
 public:
  explicit OrdinalBits(uint32_t ordinals, bool full = false);

  bool Contains(uint32_t ordinal) const { return (words_[ordinal / 64] >> (ordinal % 64) & 1) != 0; }
  void Add(uint32_t ordinal) { words_[ordinal / 64] |= uint64_t{1} << (ordinal % 64); }
  void Remove(uint32_t ordinal) { words_[ordinal / 64] &= ~(uint64_t{1} << (ordinal % 64)); }

  // Roaring's containers are copied as they are, not bit by bit. Its values must be below the number of ordinals.
  void UniteWith(const Roaring& set);
  void Subtract(const Roaring& set);
  void IntersectWith(const OrdinalBits& other);

  size_t Count() const;
  // How many of `set` are in here.
  size_t CountCommon(const Roaring& set) const;

  std::span<const uint64_t> window(uint32_t window) const {
    return std::span(words_).subspan(window * kWindowWords, kWindowWords);
  }
  std::span<uint64_t> window(uint32_t window) { return std::span(words_).subspan(window * kWindowWords, kWindowWords); }
  std::span<const uint64_t> words() const { return words_; }

 private:
  std::vector<uint64_t> words_;
};

// Bits set in all of `words`.
size_t CountBits(std::span<const uint64_t> words);

}  // namespace schutznetz::search
