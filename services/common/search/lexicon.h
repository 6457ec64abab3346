#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace schutznetz::search {

// Knows words that German compounds are made of, and takes compounds apart: Kinderschutzfachkraft is kinder, schutz,
// fach, kraft. The words come from two sources: a built-in list of the field of child protection, and the words of the
// index itself, which therefore learns the compounds of its own texts. There is no dictionary of the language.
//
// A part is a known word, one without its last e or en (Schul-, Wohn-), or a known word with a linking element
// (s, es, n, en, nen, er, e, ens). Particles (unter-, über-) and names of towns are never parted; parts have at least
// four letters, a few built-in ones three (Amt, Not). lexicon_test.cc measures it on words of the field; of 13,000
// names of German places it parts 20, or 900 (mostly rightly: Neu-stadt) where all of them are words of the index.
//
// Immutable and thread safe.
class Lexicon {
 public:
  struct WordCount {
    std::string_view word;  // folded
    uint32_t documents = 0;
  };

  // The built-in words and those of `words` that occur in enough documents to be trusted as parts.
  static std::shared_ptr<const Lexicon> Make(std::span<const WordCount> words);

  struct Part {
    uint8_t begin = 0;
    uint8_t end = 0;  // without the linking element
  };

  // The smallest parts of a folded word, or nothing if it is no compound. At most kMaxParts.
  static constexpr size_t kMaxParts = 6;
  std::vector<Part> Split(std::string_view word) const;

  size_t MemoryBytes() const;

 private:
  enum Trust : uint8_t { kBuiltIn = 1, kFromIndex = 2, kStemOnly = 4, kShort = 8, kWhole = 16 };
  struct Piece;
  struct Prefixes;

  Lexicon() = default;
  void Add(std::string_view word, uint8_t trust);
  uint8_t TrustOf(uint64_t fingerprint) const;
  float FirstPartCost(const Prefixes& hashes, size_t begin, size_t end, size_t* part_end) const;
  float LastPartCost(std::string_view word, uint64_t fingerprint) const;
  bool SplitOnce(std::string_view word, std::vector<Part>* parts) const;
  void SplitDeep(std::string_view word, size_t offset, int depth, std::vector<Part>* parts) const;

  absl::flat_hash_map<uint64_t, uint8_t> trust_;  // by fingerprint of the word
};

// The stems by which a compound is found besides its own: of every run of its parts except all of them together
// (kinder, schutz, kinderschutz, fach, kraft, fachkraft, …), most telling first, at most kMaxCompoundKeys.
inline constexpr size_t kMaxCompoundKeys = 12;
std::vector<std::string> CompoundKeys(const Lexicon& lexicon, std::string_view word);

}  // namespace schutznetz::search
