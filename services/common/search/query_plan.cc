#include "services/common/search/query_plan.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/common/search/edit_automaton.h"
#include "services/common/search/query.h"
#include "services/common/search/window_scores.h"
#include "services/common/search/words.h"

namespace schutznetz::search {
namespace {

// How much a match counts beside one of the exact word. A fuller field is worth at most twice a poorer one
// (segment_builder.cc), so that below a half the kind of match decides before the field.
constexpr float kStemFactor = 0.85F;
constexpr float kPartFactor = 0.5F;
constexpr float kPrefixWordFactor = 0.5F;
constexpr float kPrefixPartFactor = 0.35F;
constexpr float kEditFactor[] = {1.0F, 0.6F, 0.4F};
constexpr float kSplitFactor = 0.7F;

constexpr size_t kOneEditFrom = 4, kTwoEditsFrom = 8;  // letters
constexpr size_t kMaxCorrections = 8;
constexpr size_t kEditBudget = 400'000;  // letters read in one segment; about a millisecond
constexpr size_t kMinPrefix = 2;
constexpr float kWeightScale = 1024;

std::vector<std::string> TermsOf(std::string_view text) {
  std::vector<std::string> all, telling;
  ForEachWord(text, TextPurpose::kQuery, [&](const Word& word) {
    std::string folded(word.folded);
    if (std::find(all.begin(), all.end(), folded) != all.end()) return;
    if (!IsStopWord(folded)) telling.push_back(folded);
    all.push_back(std::move(folded));
  });
  return telling.empty() ? all : telling;
}

bool IsPlain(std::string_view term) {
  return std::all_of(term.begin(), term.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

class Planner {
 public:
  explicit Planner(const IndexState& state) : state_(state) {}

  // The plans of one term: several if it is taken as a compound of others.
  void Plan(const std::string& term, bool is_prefix, std::vector<TermPlan>* plans) {
    TermPlan plan;
    AddWord(term, 1, &plan);
    if (is_prefix && term.size() >= kMinPrefix) AddPrefix(term, &plan);
    if (IsKnown(term) || (!plan.prefix.empty() && PrefixIsKnown(term)) || !IsPlain(term)) {
      plans->push_back(std::move(plan));
      return;
    }
    if (term.size() >= kOneEditFrom && AddCorrections(term, 1, &plan)) {
      plans->push_back(std::move(plan));
      return;
    }
    if (AddParts(term, true, plans)) return;
    if (term.size() >= kTwoEditsFrom && AddCorrections(term, 2, &plan)) {
      plans->push_back(std::move(plan));
      return;
    }
    if (!AddParts(term, false, plans)) plans->push_back(std::move(plan));
  }

 private:
  // Documents of the base that have a list; 0 without one.
  uint32_t BaseDocuments(std::string_view key, ListKind kind) const {
    const Segment* base = state_.base();
    if (base == nullptr) return 0;
    const std::optional<uint32_t> string = base->dictionary.Find(key);
    const uint32_t list = string.has_value() ? ListOf(*base, *string, kind) : Segment::kNoList;
    return list == Segment::kNoList ? 0 : base->postings.documents(list);
  }

  float Rarity(uint64_t documents) const {
    const Segment* base = state_.base();
    if (base == nullptr) return 1;
    const double all = base->size(), having = std::min(static_cast<double>(documents), all);
    return static_cast<float>(std::log(1 + (all - having + 0.5) / (having + 0.5)));
  }

  static uint32_t Weight(float rarity, float factor) {
    return static_cast<uint32_t>(std::clamp(std::lround(rarity * factor * kWeightScale), 1L, long{kMaxWeight}));
  }

  // A word in all its forms.
  void AddWord(const std::string& word, float factor, TermPlan* plan) const {
    std::string stem = Stem(word);
    const uint32_t as_stem = BaseDocuments(stem, ListKind::kStem);
    const uint32_t as_part = BaseDocuments(stem, ListKind::kPart);
    // A part is no rarer than the word itself, so that a compound never beats the plain word.
    const float rarity = Rarity(as_stem > 0 ? as_stem : as_part);
    const float part_rarity = std::min(rarity, Rarity(as_part));
    plan->keys.push_back({word, ListKind::kWord, Weight(rarity, factor)});
    plan->keys.push_back({stem, ListKind::kStem, Weight(rarity, factor * kStemFactor)});
    plan->keys.push_back({std::move(stem), ListKind::kPart, Weight(part_rarity, factor * kPartFactor)});
  }

  void AddPrefix(const std::string& prefix, TermPlan* plan) const {
    uint64_t documents = 0;
    if (const Segment* base = state_.base()) {
      const Dictionary::Range range = base->dictionary.StartingWith(prefix);
      for (uint32_t i = range.begin; i < range.end; ++i) {
        const uint32_t list = base->word_lists[i];
        if (list != Segment::kNoList) documents += base->postings.documents(list);
      }
    }
    plan->prefix = prefix;
    plan->prefix_word_weight = Weight(Rarity(documents), kPrefixWordFactor);
    plan->prefix_part_weight = Weight(Rarity(documents), kPrefixPartFactor);
  }

  bool IsKnown(const std::string& word) const {
    const std::string stem = Stem(word);
    return std::any_of(state_.segments.begin(), state_.segments.end(), [&](const LiveSegment& live) {
      return StringIsKnown(live, live.segment->dictionary.Find(stem)) ||
             StringIsKnown(live, live.segment->dictionary.Find(word));
    });
  }

  static bool StringIsKnown(const LiveSegment& live, std::optional<uint32_t> string) {
    if (!string.has_value()) return false;
    for (ListKind kind : {ListKind::kWord, ListKind::kStem, ListKind::kPart}) {
      const uint32_t list = ListOf(*live.segment, *string, kind);
      if (list != Segment::kNoList && HasLiveDocument(live, list)) return true;
    }
    return false;
  }

  bool PrefixIsKnown(const std::string& prefix) const {
    for (const LiveSegment& live : state_.segments) {
      const Dictionary::Range range = live.segment->dictionary.StartingWith(prefix);
      for (uint32_t i = range.begin; i < range.end; ++i) {
        if (StringIsKnown(live, i)) return true;
      }
    }
    return false;
  }

  // Adds the words that differ by exactly `edits`, the most frequent ones. False: there are none.
  bool AddCorrections(const std::string& term, int edits, TermPlan* plan) const {
    const EditAutomaton automaton(term, edits);
    std::map<std::string, uint32_t, std::less<>> found;  // with the number of documents in the base
    for (const LiveSegment& live : state_.segments) {
      const Dictionary& dictionary = live.segment->dictionary;
      dictionary.FindSimilar(automaton, kEditBudget, [&](uint32_t string, int distance) {
        const uint32_t word = live.segment->word_lists[string], part = live.segment->part_lists[string];
        const uint32_t list = word != Segment::kNoList ? word : part;
        if (distance != edits || list == Segment::kNoList || !HasLiveDocument(live, list)) return;
        uint32_t& documents = found[std::string(dictionary.at(string))];
        if (live.segment.get() == state_.base()) documents = live.segment->postings.documents(list);
      });
    }
    std::vector<std::pair<uint32_t, std::string>> best;
    for (const auto& [word, documents] : found) best.emplace_back(documents, word);
    std::stable_sort(best.begin(), best.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    if (best.size() > kMaxCorrections) best.resize(kMaxCorrections);
    for (const auto& [documents, word] : best) AddWord(word, kEditFactor[edits], plan);
    return !best.empty();
  }

  // Takes the term as a compound and adds a plan for each part. False: it is none, or a part is unknown too and
  // `all_known` asks for all.
  bool AddParts(const std::string& term, bool all_known, std::vector<TermPlan>* plans) const {
    const std::vector<Lexicon::Part> parts = state_.lexicon->Split(term);
    if (parts.size() < 2) return false;
    std::vector<TermPlan> added;
    for (const Lexicon::Part& part : parts) {
      const std::string word = term.substr(part.begin, static_cast<size_t>(part.end - part.begin));
      if (!IsKnown(word)) {
        if (all_known) return false;
        continue;
      }
      AddWord(word, kSplitFactor, &added.emplace_back());
    }
    plans->insert(plans->end(), added.begin(), added.end());
    return !added.empty();
  }

  const IndexState& state_;
};

}  // namespace

uint32_t ListOf(const Segment& segment, uint32_t string, ListKind kind) {
  switch (kind) {
    case ListKind::kWord:
      return segment.word_lists[string];
    case ListKind::kStem:
      return segment.stem_lists[string];
    case ListKind::kPart:
      return segment.part_lists[string];
  }
  return Segment::kNoList;
}

bool HasLiveDocument(const LiveSegment& live, uint32_t list) {
  const PostingStore& postings = live.segment->postings;
  if (live.deleted == nullptr || live.deleted->cardinality() < postings.documents(list)) return true;
  for (const WindowRef& ref : postings.windows(list)) {
    const uint32_t base = static_cast<uint32_t>(ref.window) << kWindowBits;
    if (PostingStore::FormOf(ref) == PostingStore::Form::kSparse) {
      const uint16_t* offsets = postings.Offsets(ref);
      if (std::any_of(offsets, offsets + ref.count, [&](uint16_t offset) { return live.IsLive(base + offset); })) {
        return true;
      }
      continue;
    }
    for (uint32_t i = 0; i < kWindowWords; ++i) {
      for (uint64_t word = postings.Word(ref, i); word != 0; word &= word - 1) {
        if (live.IsLive(base + i * 64 + static_cast<uint32_t>(std::countr_zero(word)))) return true;
      }
    }
  }
  return false;
}

absl::StatusOr<std::vector<TermPlan>> PlanQuery(const IndexState& state, std::string_view text,
                                                bool last_term_is_prefix) {
  if (text.size() > kMaxQueryBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the search text is longer than ", kMaxQueryBytes, " bytes"));
  }
  const std::vector<std::string> terms = TermsOf(text);
  if (terms.size() > kMaxQueryTerms) {
    return absl::InvalidArgumentError(absl::StrCat("the search text has more than ", kMaxQueryTerms, " terms"));
  }
  std::vector<TermPlan> plans;
  Planner planner(state);
  for (size_t i = 0; i < terms.size(); ++i) {
    const bool is_prefix = last_term_is_prefix && i + 1 == terms.size() && text.back() != ' ';
    planner.Plan(terms[i], is_prefix, &plans);
  }
  if (plans.size() > kMaxQueryTerms) plans.resize(kMaxQueryTerms);
  return plans;
}

}  // namespace schutznetz::search
