#include "services/common/search/ordinal_bits.h"

#include <algorithm>
#include <bit>
#include <roaring/roaring.hh>

namespace schutznetz::search {
namespace {

// The packaged Roaring has no way to hand out plain bits, so this file reads its containers, which its headers
// describe: 65,536 values each, as 1,024 words, as a sorted array, or as runs.
constexpr size_t kContainerWords = 1024;

// Calls with the first word index a container covers and the container in its own form.
template <typename OnWords, typename OnValue, typename OnRun>
void ForEachContainer(const Roaring& set, const OnWords& on_words, const OnValue& on_value, const OnRun& on_run) {
  const roaring_array_t& array = set.roaring.high_low_container;
  for (int32_t i = 0; i < array.size; ++i) {
    uint8_t type = array.typecodes[i];
    const void* container = container_unwrap_shared(array.containers[i], &type);
    const size_t base = static_cast<size_t>(array.keys[i]) * 65536;
    if (type == BITSET_CONTAINER_TYPE_CODE) {
      on_words(base / 64, static_cast<const bitset_container_t*>(container)->array);
    } else if (type == ARRAY_CONTAINER_TYPE_CODE) {
      const auto* values = static_cast<const array_container_t*>(container);
      for (int32_t j = 0; j < values->cardinality; ++j) on_value(base + values->array[j]);
    } else {
      const auto* runs = static_cast<const run_container_t*>(container);
      for (int32_t j = 0; j < runs->n_runs; ++j) on_run(base + runs->runs[j].value, size_t{runs->runs[j].length} + 1);
    }
  }
}

// Calls with every word that a run touches and the mask of its bits there.
template <typename Visit>
void ForEachRunWord(size_t begin, size_t length, const Visit& visit) {
  const size_t end = begin + length;
  for (size_t at = begin; at < end;) {
    const size_t stop = std::min(end, (at / 64 + 1) * 64);
    const size_t bits = stop - at;
    const uint64_t ones = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
    visit(at / 64, ones << (at % 64));
    at = stop;
  }
}

// Without this the compiler counts through a table: the baseline of the platform lacks the instruction.
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("popcnt"))) size_t CountFast(const uint64_t* words, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) count += static_cast<size_t>(__builtin_popcountll(words[i]));
  return count;
}
__attribute__((target("popcnt"))) size_t CountCommonFast(const uint64_t* a, const uint64_t* b, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) count += static_cast<size_t>(__builtin_popcountll(a[i] & b[i]));
  return count;
}
bool HasPopcount() {
  static const bool has = __builtin_cpu_supports("popcnt") != 0;
  return has;
}
#else
size_t CountFast(const uint64_t*, size_t) { return 0; }
size_t CountCommonFast(const uint64_t*, const uint64_t*, size_t) { return 0; }
bool HasPopcount() { return false; }
#endif

size_t CountCommonWords(const uint64_t* a, const uint64_t* b, size_t size) {
  if (HasPopcount()) return CountCommonFast(a, b, size);
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) count += static_cast<size_t>(std::popcount(a[i] & b[i]));
  return count;
}

}  // namespace

size_t CountBits(std::span<const uint64_t> words) {
  if (HasPopcount()) return CountFast(words.data(), words.size());
  size_t count = 0;
  for (uint64_t word : words) count += static_cast<size_t>(std::popcount(word));
  return count;
}

OrdinalBits::OrdinalBits(uint32_t ordinals, bool full)
    : words_((ordinals + kWindowSize - 1) / kWindowSize * kWindowWords, 0) {
  if (full && ordinals > 0) ForEachRunWord(0, ordinals, [this](size_t i, uint64_t mask) { words_[i] |= mask; });
}

void OrdinalBits::UniteWith(const Roaring& set) {
  ForEachContainer(
      set,
      [this](size_t first, const uint64_t* words) {
        const size_t size = std::min(kContainerWords, words_.size() - first);
        for (size_t i = 0; i < size; ++i) words_[first + i] |= words[i];
      },
      [this](size_t value) { Add(static_cast<uint32_t>(value)); },
      [this](size_t begin, size_t length) {
        ForEachRunWord(begin, length, [this](size_t i, uint64_t mask) { words_[i] |= mask; });
      });
}

void OrdinalBits::Subtract(const Roaring& set) {
  ForEachContainer(
      set,
      [this](size_t first, const uint64_t* words) {
        const size_t size = std::min(kContainerWords, words_.size() - first);
        for (size_t i = 0; i < size; ++i) words_[first + i] &= ~words[i];
      },
      [this](size_t value) { Remove(static_cast<uint32_t>(value)); },
      [this](size_t begin, size_t length) {
        ForEachRunWord(begin, length, [this](size_t i, uint64_t mask) { words_[i] &= ~mask; });
      });
}

void OrdinalBits::IntersectWith(const OrdinalBits& other) {
  for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

size_t OrdinalBits::Count() const { return CountBits(words_); }

size_t OrdinalBits::CountCommon(const Roaring& set) const {
  size_t count = 0;
  ForEachContainer(
      set,
      [&](size_t first, const uint64_t* words) {
        count += CountCommonWords(words_.data() + first, words, std::min(kContainerWords, words_.size() - first));
      },
      [&](size_t value) { count += Contains(static_cast<uint32_t>(value)) ? 1 : 0; },
      [&](size_t begin, size_t length) {
        ForEachRunWord(begin, length,
                       [&](size_t i, uint64_t mask) { count += static_cast<size_t>(std::popcount(words_[i] & mask)); });
      });
  return count;
}

}  // namespace schutznetz::search
