#include "services/common/search/edit_automaton.h"

#include <algorithm>

namespace schutznetz::search {

EditAutomaton::EditAutomaton(std::string_view pattern, int max_edits)
    : end_(uint64_t{1} << pattern.size()), mask_((end_ << 1) - 1), max_edits_(std::min(max_edits, kMaxEdits)) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    letters_[static_cast<unsigned char>(pattern[i])] |= uint64_t{2} << i;
  }
}

EditAutomaton::State EditAutomaton::Start() const {
  State state;
  for (size_t edits = 0; edits <= static_cast<size_t>(max_edits_); ++edits) {
    state.rows[edits] = ((uint64_t{2} << edits) - 1) & mask_;  // so many letters of the pattern left out
  }
  return state;
}

EditAutomaton::State EditAutomaton::Next(const State& state, char letter) const {
  const uint64_t here = letters_[static_cast<unsigned char>(letter)];
  const uint64_t before = state.letter == 0 ? 0 : letters_[static_cast<unsigned char>(state.letter)];
  State next;
  next.previous = state.rows;
  next.letter = letter;
  next.rows[0] = (state.rows[0] << 1) & here;
  for (size_t edits = 1; edits <= static_cast<size_t>(max_edits_); ++edits) {
    const uint64_t fewer = state.rows[edits - 1];
    uint64_t row = (state.rows[edits] << 1) & here;                  // the letter fits
    row |= fewer;                                                    // it is one too many
    row |= fewer << 1;                                               // it stands for another
    row |= next.rows[edits - 1] << 1;                                // a letter of the pattern is missing behind it
    row |= (state.previous[edits - 1] << 2) & (here << 1) & before;  // it and the last one are swapped
    next.rows[edits] = row & mask_;
  }
  return next;
}

int EditAutomaton::Edits(const State& state) const {
  for (int edits = 0; edits <= max_edits_; ++edits) {
    if ((state.rows[static_cast<size_t>(edits)] & end_) != 0) return edits;
  }
  return -1;
}

}  // namespace schutznetz::search
