#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace schutznetz::search {

// Tells how far words are from a pattern, reading them letter by letter: insertions, deletions, substitutions and
// swaps of two neighbours cost one each. Bit-parallel: bit i of a row says "i letters of the pattern are consumed".
// Pattern of 1 to 60 bytes (kMaxWordBytes), at most two edits.
class EditAutomaton {
 public:
  static constexpr int kMaxEdits = 2;

  EditAutomaton(std::string_view pattern, int max_edits);

  struct State {
    std::array<uint64_t, kMaxEdits + 1> rows{};      // by number of edits
    std::array<uint64_t, kMaxEdits + 1> previous{};  // one letter earlier, for swaps
    char letter = 0;                                 // the last one read; 0 at the start
  };

  State Start() const;
  State Next(const State& state, char letter) const;

  // False: no word that begins like this can match.
  bool IsAlive(const State& state) const { return state.rows[static_cast<size_t>(max_edits_)] != 0; }

  // The least number of edits if the word ends here, or -1 for more than allowed.
  int Edits(const State& state) const;

 private:
  std::array<uint64_t, 256> letters_{};  // bit i + 1: pattern[i] is this letter
  uint64_t end_;                         // the bit of the whole pattern
  uint64_t mask_;
  int max_edits_;
};

}  // namespace schutznetz::search
