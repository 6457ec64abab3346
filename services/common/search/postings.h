#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace schutznetz::search {

// Documents of a segment are ordinals 0 … n - 1. Lists are cut into windows of 4,096 ordinals; a query goes from
// window to window and keeps what it needs for one in the first-level cache.
inline constexpr uint32_t kWindowBits = 12;
inline constexpr uint32_t kWindowSize = 1U << kWindowBits;
inline constexpr size_t kWindowWords = kWindowSize / 64;

using WindowBits = std::array<uint64_t, kWindowWords>;

// A document that has a word, and how much the word says about it (1 … 255).
struct Posting {
  uint32_t ordinal = 0;
  uint8_t impact = 0;

  friend bool operator==(const Posting&, const Posting&) = default;
};

// The part of a list inside one window.
struct WindowRef {
  uint16_t window = 0;
  uint16_t count = 0;  // 1 … 4096 postings
  uint32_t start = 0;  // index into the store's units
};

// Many lists in one array of two-byte units. In a window a list is either sparse, count offsets and count impacts
// (three bytes a posting), or from kDenseFrom postings on dense: a bit for each ordinal, the number of bits before
// each word, count impacts. Immutable once filled.
class PostingStore {
 public:
  static constexpr size_t kDenseFrom = 256;

  // Postings in ascending order of distinct ordinals, at least one. Returns the number of the list.
  uint32_t Add(std::span<const Posting> postings);
  void Seal();

  size_t lists() const { return first_window_.size() - 1; }
  uint32_t documents(uint32_t list) const { return documents_[list]; }
  std::span<const WindowRef> windows(uint32_t list) const {
    return std::span(windows_).subspan(first_window_[list], first_window_[list + 1] - first_window_[list]);
  }

  static bool IsDense(const WindowRef& ref) { return ref.count >= kDenseFrom; }
  // Sparse windows: the ordinals inside the window, ascending.
  const uint16_t* Offsets(const WindowRef& ref) const { return units_.data() + ref.start; }
  // Dense windows: word `i` of the bits, and how many bits are set in the words before it.
  uint64_t Word(const WindowRef& ref, size_t i) const {
    uint64_t word;
    std::memcpy(&word, units_.data() + ref.start + i * 4, sizeof word);
    return word;
  }
  uint32_t Rank(const WindowRef& ref, size_t i) const { return units_[ref.start + kWindowWords * 4 + i]; }
  const uint8_t* Impacts(const WindowRef& ref) const {
    const size_t before = IsDense(ref) ? kWindowWords * 5 : ref.count;
    return reinterpret_cast<const uint8_t*>(units_.data() + ref.start + before);
  }

  // Appends the whole list.
  void Read(uint32_t list, std::vector<Posting>* out) const;

  size_t MemoryBytes() const;

 private:
  void AddWindow(uint16_t window, std::span<const Posting> postings);

  std::vector<uint16_t> units_;
  std::vector<WindowRef> windows_;
  std::vector<uint32_t> first_window_{0};  // one more than lists
  std::vector<uint32_t> documents_;
};

// Brings postings into ascending order; of those of one ordinal the greatest impact stays.
void SortAndMerge(std::vector<Posting>* postings);

}  // namespace schutznetz::search
