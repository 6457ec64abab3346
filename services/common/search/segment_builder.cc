#include "services/common/search/segment_builder.h"

#include <unicode/coll.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/string_view.h"
#include "services/common/search/words.h"

namespace schutznetz::search {
namespace {

// BM25: how fast repetitions lose weight, and how much long documents are held back. Little, since a long description
// does not make a service less fitting.
constexpr float kSaturation = 1.2F;
constexpr float kLengthInfluence = 0.4F;

constexpr size_t kMaxNameKeyBytes = 64;

}  // namespace

std::string CollationKey(const std::string& name) {
  thread_local const std::unique_ptr<icu::Collator> collator = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::Collator> german(icu::Collator::createInstance(icu::Locale::getGerman(), error));
    if (U_FAILURE(error)) german.reset();
    if (german != nullptr) german->setStrength(icu::Collator::PRIMARY);
    return german;
  }();
  if (collator == nullptr) return name.substr(0, kMaxNameKeyBytes);
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(name);
  std::array<uint8_t, kMaxNameKeyBytes> bytes;
  const int32_t size = collator->getSortKey(text, bytes.data(), static_cast<int32_t>(bytes.size()));
  const size_t kept = std::min(static_cast<size_t>(std::max(size - 1, 0)), bytes.size());  // without the final zero
  return std::string(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(kept));
}

SegmentBuilder::SegmentBuilder(const IndexOptions& options) : options_(options) {
  if (options_.field_weights.empty()) options_.field_weights = {1.0F};
}

uint32_t SegmentBuilder::Intern(std::string_view folded, std::string_view surface) {
  const auto [found, added] = word_numbers_.try_emplace(absl::string_view(folded.data(), folded.size()),
                                                        static_cast<uint32_t>(surfaces_.size()));
  if (added) {
    surfaces_.emplace_back(surface);
    weights_.push_back(0);
  } else if (surfaces_[found->second].empty()) {
    surfaces_[found->second] = surface;
  }
  return found->second;
}

// Fills weights_ and current_.
size_t SegmentBuilder::CountWords(const Document& document) {
  size_t words = 0;
  for (const FieldText& field : document.fields) {
    const float weight = options_.field_weights[std::min<size_t>(field.field, options_.field_weights.size() - 1)];
    ForEachWord(field.text, TextPurpose::kDocument, [&](const Word& word) {
      if (++words > kMaxWordsPerDocument) return;
      const uint32_t number = Intern(word.folded, word.surface);
      if (weights_[number] == 0) current_.push_back(number);
      weights_[number] += weight;
    });
  }
  return std::min(words, kMaxWordsPerDocument);
}

void SegmentBuilder::KeepOccurrences(size_t words) {
  const float length = static_cast<float>(words) / std::max(options_.typical_words, 1.0F);
  const float saturation = kSaturation * (1 - kLengthInfluence + kLengthInfluence * length);
  for (uint32_t number : current_) {
    const float share = weights_[number] / (weights_[number] + saturation);
    occurrences_.push_back({number, static_cast<uint8_t>(std::clamp(std::lround(share * 255), 1L, 255L))});
    weights_[number] = 0;
  }
  current_.clear();
  first_occurrence_.push_back(occurrences_.size());
}

void SegmentBuilder::Add(const Document& document) {
  const uint32_t index = static_cast<uint32_t>(documents_.size());
  DocumentRecord record{document.slot, document.key, std::nullopt, CollationKey(document.sort_name)};
  if (document.point.has_value() && geo::IsValid(*document.point)) record.point = geo::ToUnitVector(*document.point);
  documents_.push_back(std::move(record));
  KeepOccurrences(CountWords(document));
  for (const FacetValue& facet : document.facets) {
    std::vector<uint32_t>& members = facets_[{facet.facet, facet.value}];
    if (members.empty() || members.back() != index) members.push_back(index);
  }
}

void SegmentBuilder::AddFacets(const std::vector<uint32_t>& ordinal_of, SegmentAssembler* assembler) const {
  for (const auto& [facet, members] : facets_) {
    std::vector<uint32_t> ordinals;
    ordinals.reserve(members.size());
    for (uint32_t index : members) ordinals.push_back(ordinal_of[index]);
    assembler->AddFacet(facet.first, facet.second, std::move(ordinals));
  }
}

std::shared_ptr<const Segment> SegmentBuilder::Build(Derivations* derivations) {
  const std::vector<uint32_t> order = OrdinalOrder(documents_);
  std::vector<uint32_t> ordinal_of(order.size());
  std::vector<DocumentRecord> ordered;
  ordered.reserve(order.size());
  std::vector<size_t> end_of_word(surfaces_.size() + 1, 0);
  for (const Occurrence& occurrence : occurrences_) ++end_of_word[occurrence.word + 1];
  for (size_t i = 1; i < end_of_word.size(); ++i) end_of_word[i] += end_of_word[i - 1];

  // Documents in their new order, each posting to the end of its word's stretch: all lists come out ascending.
  std::vector<Posting> postings(occurrences_.size());
  std::vector<size_t> next(end_of_word.begin(), end_of_word.end() - 1);
  for (uint32_t ordinal = 0; ordinal < order.size(); ++ordinal) {
    const uint32_t index = order[ordinal];
    ordinal_of[index] = ordinal;
    ordered.push_back(std::move(documents_[index]));
    for (size_t i = first_occurrence_[index]; i < first_occurrence_[index + 1]; ++i) {
      postings[next[occurrences_[i].word]++] = {ordinal, occurrences_[i].impact};
    }
  }
  SegmentAssembler assembler(std::move(ordered));
  std::vector<const std::pair<const std::string, uint32_t>*> words;
  words.reserve(word_numbers_.size());
  for (const auto& word : word_numbers_) words.push_back(&word);
  std::sort(words.begin(), words.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const auto* word : words) {
    const size_t begin = end_of_word[word->second], end = end_of_word[word->second + 1];
    assembler.AddWord(word->first, surfaces_[word->second], std::span(postings).subspan(begin, end - begin));
  }
  AddFacets(ordinal_of, &assembler);
  return assembler.Finish(derivations);
}

}  // namespace schutznetz::search
