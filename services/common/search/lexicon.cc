#include "services/common/search/lexicon.h"

#include <algorithm>
#include <array>
#include <limits>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "services/common/search/document.h"
#include "services/common/search/lexicon_words.h"
#include "services/common/search/words.h"

namespace schutznetz::search {
namespace {

constexpr float kImpossible = std::numeric_limits<float>::infinity();
constexpr size_t kMinPart = 4;
constexpr size_t kShortPart = 3;
constexpr size_t kMinCompound = 6;
constexpr size_t kMinTrustedWord = 5;  // from the index; shorter ones begin and end too many words
constexpr size_t kMaxTrustedWord = 24;
constexpr uint32_t kMinTrustedDocuments = 2;

constexpr std::string_view kLinks[] = {"s", "n", "en", "er", "es", "e", "nen", "ens"};

// FNV-1a: can be continued letter by letter, so that all substrings of a word cost one step each.
constexpr uint64_t kFnvStart = 14695981039346656037ULL;
constexpr uint64_t Continue(uint64_t hash, char c) { return (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL; }
constexpr uint64_t Fingerprint(std::string_view word, uint64_t hash = kFnvStart) {
  for (char c : word) hash = Continue(hash, c);
  return hash;
}

bool IsNeverPart(std::string_view word) {
  static const auto* const kWords = [] {
    auto* words = new absl::flat_hash_set<absl::string_view>();
    for (std::string_view never : NeverParts()) words->insert(absl::string_view(never.data(), never.size()));
    return words;
  }();
  return kWords->contains(absl::string_view(word.data(), word.size())) || IsStopWord(word);
}

bool IsPlainWord(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

// The fingerprints of word[begin, end) for one begin and every end.
struct Lexicon::Prefixes {
  std::string_view word;
  std::array<uint64_t, kMaxWordBytes + 1> at;

  void Fill(size_t begin) {
    at[begin] = kFnvStart;
    for (size_t i = begin; i < word.size(); ++i) at[i + 1] = Continue(at[i], word[i]);
  }
};

std::shared_ptr<const Lexicon> Lexicon::Make(std::span<const WordCount> words) {
  std::shared_ptr<Lexicon> lexicon(new Lexicon());
  for (std::string_view part : BuiltInParts()) lexicon->Add(part, kBuiltIn);
  for (std::string_view part : ShortParts()) lexicon->Add(part, kBuiltIn | kShort);
  for (std::string_view word : WholeWords()) lexicon->Add(word, kWhole);
  std::string stem;
  for (const WordCount& count : words) {
    if (count.documents < kMinTrustedDocuments || count.word.size() < kMinTrustedWord ||
        count.word.size() > kMaxTrustedWord || !IsPlainWord(count.word) || IsNeverPart(count.word)) {
      continue;
    }
    lexicon->Add(count.word, kFromIndex);
    Stem(count.word, &stem);
    if (stem.size() >= kMinPart) lexicon->Add(stem, kStemOnly);
  }
  return lexicon;
}

void Lexicon::Add(std::string_view word, uint8_t trust) { trust_[Fingerprint(word)] |= trust; }

uint8_t Lexicon::TrustOf(uint64_t fingerprint) const {
  const auto found = trust_.find(fingerprint);
  return found == trust_.end() ? 0 : found->second;
}

// What it costs to take word[begin, end) as a part that another one follows. Less is more plausible.
float Lexicon::FirstPartCost(const Prefixes& hashes, size_t begin, size_t end, size_t* part_end) const {
  float best = kImpossible;
  const auto consider = [&](uint64_t fingerprint, size_t known_end, float extra) {
    const uint8_t trust = TrustOf(fingerprint);
    const size_t length = known_end - begin;
    if ((trust & (kBuiltIn | kFromIndex)) == 0 || (length < kMinPart && (trust & kShort) == 0)) return;
    const float cost = ((trust & kBuiltIn) != 0 ? 1.0F : 1.3F) + extra + (length < kMinPart ? 0.3F : 0.0F);
    if (cost < best) {
      best = cost;
      *part_end = known_end;
    }
  };
  consider(hashes.at[end], end, 0);
  const std::string_view piece = hashes.word.substr(begin, end - begin);
  for (std::string_view link : kLinks) {
    if (piece.size() > link.size() + 2 && piece.ends_with(link)) {
      consider(hashes.at[end - link.size()], end - link.size(), 0.1F * static_cast<float>(link.size()));
    }
  }
  if (piece.size() >= kMinPart) {
    consider(Continue(hashes.at[end], 'e'), end, 0.4F);
    consider(Fingerprint("en", hashes.at[end]), end, 0.5F);
  }
  return best;
}

// What it costs to take `word` as the last part, in any inflection.
float Lexicon::LastPartCost(std::string_view word, uint64_t fingerprint) const {
  if (word.size() < kShortPart || IsNeverPart(word)) return kImpossible;
  const uint8_t trust = TrustOf(fingerprint);
  if (word.size() < kMinPart) return (trust & kShort) != 0 ? 1.3F : kImpossible;
  if ((trust & kBuiltIn) != 0) return 1.0F;
  if ((trust & kFromIndex) != 0) return 1.3F;
  const std::string stem = Stem(word);
  const uint8_t stem_trust = TrustOf(Fingerprint(stem));
  if (stem.size() < kMinPart) return (stem_trust & kShort) != 0 && word.size() <= stem.size() + 2 ? 1.6F : kImpossible;
  return stem_trust != 0 && (stem_trust & kWhole) == 0 ? 1.6F : kImpossible;
}

// The cheapest way to cut a word at least once. Parts keep the order of the word.
bool Lexicon::SplitOnce(std::string_view word, std::vector<Part>* parts) const {
  struct Step {
    float cost = kImpossible;
    uint8_t from = 0, part_end = 0;
  };
  std::array<Step, kMaxWordBytes + 1> best;
  best[0].cost = 0;
  Prefixes hashes{word, {}};
  for (size_t begin = 0; begin + kShortPart <= word.size(); ++begin) {
    if (best[begin].cost == kImpossible) continue;
    hashes.Fill(begin);
    for (size_t end = begin + kShortPart; end + kShortPart <= word.size(); ++end) {
      size_t part_end = end;
      const float cost = best[begin].cost + FirstPartCost(hashes, begin, end, &part_end);
      if (cost < best[end].cost) best[end] = {cost, static_cast<uint8_t>(begin), static_cast<uint8_t>(part_end)};
    }
    if (begin == 0) continue;
    const float cost = best[begin].cost + LastPartCost(word.substr(begin), hashes.at[word.size()]);
    if (cost < best[word.size()].cost) {
      best[word.size()] = {cost, static_cast<uint8_t>(begin), static_cast<uint8_t>(word.size())};
    }
  }
  if (best[word.size()].cost == kImpossible) return false;
  for (size_t end = word.size(); end != 0; end = best[end].from) {
    parts->push_back({best[end].from, best[end].part_end});
  }
  std::reverse(parts->begin(), parts->end());
  return true;
}

void Lexicon::SplitDeep(std::string_view word, size_t offset, int depth, std::vector<Part>* parts) const {
  std::vector<Part> here;
  const bool whole = word.size() < kMinCompound || depth == 0 || (TrustOf(Fingerprint(word)) & kWhole) != 0;
  if (whole || !SplitOnce(word, &here)) {
    parts->push_back({static_cast<uint8_t>(offset), static_cast<uint8_t>(offset + word.size())});
    return;
  }
  for (const Part& part : here) {
    SplitDeep(word.substr(part.begin, part.end - part.begin), offset + part.begin, depth - 1, parts);
  }
}

std::vector<Lexicon::Part> Lexicon::Split(std::string_view word) const {
  std::vector<Part> parts;
  if (word.size() < kMinCompound || word.size() > kMaxWordBytes || !IsPlainWord(word)) return parts;
  SplitDeep(word, 0, 3, &parts);
  if (parts.size() < 2 || parts.size() > kMaxParts) parts.clear();
  return parts;
}

size_t Lexicon::MemoryBytes() const { return trust_.capacity() * (sizeof(std::pair<uint64_t, uint8_t>) + 1); }

std::vector<std::string> CompoundKeys(const Lexicon& lexicon, std::string_view word) {
  const std::vector<Lexicon::Part> parts = lexicon.Split(word);
  std::vector<std::string> keys;
  const std::string own = Stem(word);
  // Single parts first, then longer and longer runs: where the list is cut, the rarest wishes fall out.
  for (size_t length = 1; length < parts.size(); ++length) {
    for (size_t first = 0; first + length <= parts.size() && keys.size() < kMaxCompoundKeys; ++first) {
      const size_t begin = parts[first].begin, end = parts[first + length - 1].end;
      std::string key = Stem(word.substr(begin, end - begin));
      if (key != own && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
    }
  }
  return keys;
}

}  // namespace schutznetz::search
