#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

namespace schutznetz::search {

class EditAutomaton;

// Distinct strings in byte order, named by their index, packed into a few arrays. Thread safe once filled.
class Dictionary {
 public:
  // Strings must come in ascending order, each once, shorter than 256 bytes.
  void Append(std::string_view text);
  void Seal();

  size_t size() const { return shared_.size(); }
  std::string_view at(uint32_t index) const {
    return std::string_view(bytes_).substr(begins_[index], begins_[index + 1] - begins_[index]);
  }

  std::optional<uint32_t> Find(std::string_view text) const;
  // The first string that is not before `text`, or size().
  uint32_t LowerBound(std::string_view text) const;

  struct Range {
    uint32_t begin = 0, end = 0;
  };
  Range StartingWith(std::string_view prefix) const;

  // Calls visit(index, edits) for the strings that the automaton accepts, until `budget` letters were read. The
  // strings are walked like a tree: what cannot match any more is jumped over with all that begin alike.
  void FindSimilar(const EditAutomaton& automaton, size_t budget,
                   absl::FunctionRef<void(uint32_t index, int edits)> visit) const;

  size_t MemoryBytes() const;

 private:
  // The first index from `from` on that shares at most `length` letters with its predecessor.
  size_t SkipSharing(size_t from, size_t length) const;

  std::string bytes_;
  std::vector<uint32_t> begins_{0};  // one more than strings
  std::vector<uint8_t> shared_;      // letters in common with the string before
};

}  // namespace schutznetz::search
