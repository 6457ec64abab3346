#include "services/common/search/dictionary.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "services/common/search/edit_automaton.h"

namespace schutznetz::search {

void Dictionary::Append(std::string_view text) {
  uint8_t shared = 0;
  if (!shared_.empty()) {
    const std::string_view last = at(static_cast<uint32_t>(size() - 1));
    shared =
        static_cast<uint8_t>(std::mismatch(last.begin(), last.end(), text.begin(), text.end()).first - last.begin());
  }
  shared_.push_back(shared);
  bytes_.append(text);
  begins_.push_back(static_cast<uint32_t>(bytes_.size()));
}

void Dictionary::Seal() {
  bytes_.shrink_to_fit();
  begins_.shrink_to_fit();
  shared_.shrink_to_fit();
}

uint32_t Dictionary::LowerBound(std::string_view text) const {
  uint32_t low = 0, high = static_cast<uint32_t>(size());
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (at(middle) < text) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::optional<uint32_t> Dictionary::Find(std::string_view text) const {
  const uint32_t index = LowerBound(text);
  if (index == size() || at(index) != text) return std::nullopt;
  return index;
}

Dictionary::Range Dictionary::StartingWith(std::string_view prefix) const {
  std::string behind(prefix);
  while (!behind.empty() && behind.back() == '\xFF') behind.pop_back();
  if (behind.empty()) return {0, static_cast<uint32_t>(size())};
  behind.back() = static_cast<char>(static_cast<unsigned char>(behind.back()) + 1);
  return {LowerBound(prefix), LowerBound(behind)};
}

size_t Dictionary::SkipSharing(size_t from, size_t length) const {
  // Eight at a time: (0x80 | limit) - value keeps its high bit as long as value <= limit, both below 0x80.
  const uint64_t ones = 0x0101010101010101ULL;
  while (from + 8 <= shared_.size() && length < 0x7F) {
    uint64_t values;
    std::memcpy(&values, shared_.data() + from, sizeof values);
    if (((((0x80 | length) * ones) - (values & (0x7F * ones))) & (0x80 * ones)) != 0) break;
    from += 8;
  }
  while (from < shared_.size() && shared_[from] > length) ++from;
  return from;
}

void Dictionary::FindSimilar(const EditAutomaton& automaton, size_t budget,
                             absl::FunctionRef<void(uint32_t index, int edits)> visit) const {
  std::array<EditAutomaton::State, 257> states;  // states[i]: after i letters of the current string
  states[0] = automaton.Start();
  for (size_t index = 0; index < size() && budget > 0;) {
    const std::string_view text = at(static_cast<uint32_t>(index));
    size_t read = shared_[index];  // these letters were read with an earlier string, and were alive
    bool alive = true;
    while (alive && read < text.size()) {
      states[read + 1] = automaton.Next(states[read], text[read]);
      ++read;
      if (--budget == 0) return;
      alive = automaton.IsAlive(states[read]);
    }
    if (alive) {
      const int edits = automaton.Edits(states[text.size()]);
      if (edits >= 0) visit(static_cast<uint32_t>(index), edits);
      ++index;
    } else {
      index = SkipSharing(index + 1, read - 1);  // all that share the letter that killed it
    }
  }
}

size_t Dictionary::MemoryBytes() const {
  return bytes_.capacity() + begins_.capacity() * sizeof(uint32_t) + shared_.capacity();
}

}  // namespace schutznetz::search
