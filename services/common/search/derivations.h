#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/common/search/lexicon.h"

namespace schutznetz::search {

// What else a word is found by.
struct Derivation {
  std::string stem;
  std::vector<std::string> parts;  // stems of the parts of a compound
};

// Derives words with one lexicon and remembers them, since texts repeat their words. Not thread safe.
class Derivations {
 public:
  explicit Derivations(std::shared_ptr<const Lexicon> lexicon) : lexicon_(std::move(lexicon)) {}

  // Valid until the next call.
  const Derivation& Of(std::string_view word);
  const std::shared_ptr<const Lexicon>& lexicon() const { return lexicon_; }

 private:
  static constexpr size_t kMaxWords = 1 << 16;  // about 10 MB; then it starts anew

  std::shared_ptr<const Lexicon> lexicon_;
  absl::flat_hash_map<std::string, Derivation> known_;
};

}  // namespace schutznetz::search
