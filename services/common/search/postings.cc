#include "services/common/search/postings.h"

#include <algorithm>

namespace schutznetz::search {

uint32_t PostingStore::Add(std::span<const Posting> postings) {
  documents_.push_back(static_cast<uint32_t>(postings.size()));
  for (size_t begin = 0; begin < postings.size();) {
    const uint32_t window = postings[begin].ordinal >> kWindowBits;
    size_t end = begin + 1;
    while (end < postings.size() && postings[end].ordinal >> kWindowBits == window) ++end;
    AddWindow(static_cast<uint16_t>(window), postings.subspan(begin, end - begin));
    begin = end;
  }
  first_window_.push_back(static_cast<uint32_t>(windows_.size()));
  return static_cast<uint32_t>(documents_.size() - 1);
}

void PostingStore::AddBits(std::span<const Posting> postings, bool with_ranks) {
  WindowBits bits{};
  for (const Posting& posting : postings) {
    const uint32_t offset = posting.ordinal % kWindowSize;
    bits[offset / 64] |= uint64_t{1} << (offset % 64);
  }
  const size_t start = units_.size();
  units_.resize(start + kWindowWords * 4);
  std::memcpy(units_.data() + start, bits.data(), sizeof bits);
  uint16_t rank = 0;
  for (size_t i = 0; with_ranks && i < kWindowWords; ++i) {
    units_.push_back(rank);
    rank = static_cast<uint16_t>(rank + std::popcount(bits[i]));
  }
}

void PostingStore::AddWindow(uint16_t window, std::span<const Posting> postings) {
  const WindowRef ref{window, static_cast<uint16_t>(postings.size()), static_cast<uint32_t>(units_.size())};
  windows_.push_back(ref);
  const Form form = FormOf(ref);
  if (form == Form::kSparse) {
    for (const Posting& posting : postings) units_.push_back(static_cast<uint16_t>(posting.ordinal % kWindowSize));
  } else {
    AddBits(postings, form == Form::kDense);
  }
  const size_t impacts = units_.size();
  units_.resize(impacts + ((form == Form::kFull ? kWindowSize : postings.size()) + 1) / 2);
  auto* bytes = reinterpret_cast<uint8_t*>(units_.data() + impacts);
  for (size_t i = 0; i < postings.size(); ++i) {
    bytes[form == Form::kFull ? postings[i].ordinal % kWindowSize : i] = postings[i].impact;
  }
}

void PostingStore::Seal() {
  units_.shrink_to_fit();
  windows_.shrink_to_fit();
  first_window_.shrink_to_fit();
  documents_.shrink_to_fit();
}

void PostingStore::Read(uint32_t list, std::vector<Posting>* out) const {
  for (const WindowRef& ref : windows(list)) {
    const uint32_t base = static_cast<uint32_t>(ref.window) << kWindowBits;
    const uint8_t* impacts = Impacts(ref);
    const Form form = FormOf(ref);
    if (form == Form::kSparse) {
      const uint16_t* offsets = Offsets(ref);
      for (size_t i = 0; i < ref.count; ++i) out->push_back({base + offsets[i], impacts[i]});
      continue;
    }
    for (uint32_t i = 0; i < kWindowWords; ++i) {
      for (uint64_t word = Word(ref, i); word != 0; word &= word - 1) {
        const uint32_t offset = i * 64 + static_cast<uint32_t>(std::countr_zero(word));
        out->push_back({base + offset, form == Form::kFull ? impacts[offset] : *impacts++});
      }
    }
  }
}

size_t PostingStore::MemoryBytes() const {
  return units_.capacity() * sizeof(uint16_t) + windows_.capacity() * sizeof(WindowRef) +
         (first_window_.capacity() + documents_.capacity()) * sizeof(uint32_t);
}

void SortAndMerge(std::vector<Posting>* postings) {
  std::sort(postings->begin(), postings->end(), [](const Posting& a, const Posting& b) {
    return a.ordinal != b.ordinal ? a.ordinal < b.ordinal : a.impact > b.impact;
  });
  postings->erase(std::unique(postings->begin(), postings->end(),
                              [](const Posting& a, const Posting& b) { return a.ordinal == b.ordinal; }),
                  postings->end());
}

}  // namespace schutznetz::search
