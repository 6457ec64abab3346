#include "services/common/search/derivations.h"

#include "absl/strings/string_view.h"
#include "services/common/search/words.h"

namespace schutznetz::search {

const Derivation& Derivations::Of(std::string_view word) {
  const auto found = known_.find(absl::string_view(word.data(), word.size()));
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMaxWords) known_.clear();
  Derivation& derivation = known_[std::string(word)];
  Stem(word, &derivation.stem);
  derivation.parts = CompoundKeys(*lexicon_, word);
  return derivation;
}

}  // namespace schutznetz::search
