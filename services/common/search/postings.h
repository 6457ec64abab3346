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

// Many lists in one array of two-byte units. Immutable once filled. In a window a list is one of
// - sparse: count offsets and count impacts, three bytes a posting;
// - dense, from kDenseFrom postings on: a bit for each ordinal, the number of bits before each word, count impacts;
// - full, from kFullFrom postings on: a bit and an impact (0: none) for each ordinal, which whole windows are computed
//   from without looking at single documents.
class PostingStore {
 public:
  static constexpr size_t kDenseFrom = 256;
  static constexpr size_t kFullFrom = 1024;
  enum class Form { kSparse, kDense, kFull };

  // Postings in ascending order of distinct ordinals, at least one. Returns the number of the list.
  uint32_t Add(std::span<const Posting> postings);
  void Seal();

  size_t lists() const { return first_window_.size() - 1; }
  uint32_t documents(uint32_t list) const { return documents_[list]; }
  std::span<const WindowRef> windows(uint32_t list) const {
    return std::span(windows_).subspan(first_window_[list], first_window_[list + 1] - first_window_[list]);
  }

  static Form FormOf(const WindowRef& ref) {
    return ref.count < kDenseFrom ? Form::kSparse : ref.count < kFullFrom ? Form::kDense : Form::kFull;
  }
  // Sparse windows: the ordinals inside the window, ascending.
  const uint16_t* Offsets(const WindowRef& ref) const { return units_.data() + ref.start; }
  // Other windows: word `i` of the bits.
  uint64_t Word(const WindowRef& ref, size_t i) const {
    uint64_t word;
    std::memcpy(&word, units_.data() + ref.start + i * 4, sizeof word);
    return word;
  }
  // Dense windows: how many bits are set in the words before word `i`.
  uint32_t Rank(const WindowRef& ref, size_t i) const { return units_[ref.start + kWindowWords * 4 + i]; }
  // In the order of the postings; in a full window by ordinal.
  const uint8_t* Impacts(const WindowRef& ref) const {
    const Form form = FormOf(ref);
    const size_t before = form == Form::kSparse  ? ref.count
                          : form == Form::kDense ? kWindowWords * 5
                                                 : kWindowWords * 4;
    return reinterpret_cast<const uint8_t*>(units_.data() + ref.start + before);
  }

  // Appends the whole list.
  void Read(uint32_t list, std::vector<Posting>* out) const;

  size_t MemoryBytes() const;

 private:
  void AddWindow(uint16_t window, std::span<const Posting> postings);
  void AddBits(std::span<const Posting> postings, bool with_ranks);

  std::vector<uint16_t> units_;
  std::vector<WindowRef> windows_;
  std::vector<uint32_t> first_window_{0};  // one more than lists
  std::vector<uint32_t> documents_;
};

// Brings postings into ascending order; of those of one ordinal the greatest impact stays.
void SortAndMerge(std::vector<Posting>* postings);

}  // namespace schutznetz::search
