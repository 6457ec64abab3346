#include "services/common/search/segment_assembler.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace schutznetz::search {

std::vector<uint32_t> OrdinalOrder(std::span<const DocumentRecord> documents) {
  std::vector<std::tuple<uint64_t, uint32_t, uint32_t>> order;
  order.reserve(documents.size());
  for (uint32_t i = 0; i < documents.size(); ++i) {
    const uint64_t curve =
        documents[i].point.has_value() ? geo::CurvePosition(*documents[i].point) : std::numeric_limits<uint64_t>::max();
    order.emplace_back(curve, documents[i].slot, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> result;
  result.reserve(order.size());
  for (const auto& [curve, slot, index] : order) result.push_back(index);
  return result;
}

// A dictionary string in the making: its own word, and the words that derive it.
struct SegmentAssembler::Entry {
  uint32_t word = Segment::kNoList;
  absl::InlinedVector<uint32_t, 2> stem_of, part_of;
};

SegmentAssembler::SegmentAssembler(std::vector<DocumentRecord> documents) : segment_(std::make_shared<Segment>()) {
  std::vector<geo::UnitVector> points;
  for (const DocumentRecord& document : documents) {
    segment_->slots.push_back(document.slot);
    segment_->keys.push_back(document.key);
    if (document.point.has_value()) points.push_back(*document.point);
  }
  segment_->slots.shrink_to_fit();
  segment_->keys.shrink_to_fit();
  points.shrink_to_fit();
  segment_->points = geo::PointTree(std::move(points));
  segment_->by_slot.resize(documents.size());
  std::iota(segment_->by_slot.begin(), segment_->by_slot.end(), 0U);
  std::sort(segment_->by_slot.begin(), segment_->by_slot.end(),
            [this](uint32_t a, uint32_t b) { return segment_->slots[a] < segment_->slots[b]; });
  segment_->surface_begins.push_back(0);
  FillNames(documents);
}

void SegmentAssembler::FillNames(std::span<const DocumentRecord> documents) {
  std::vector<uint32_t> order(documents.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&documents](uint32_t a, uint32_t b) { return documents[a].name < documents[b].name; });
  segment_->name_ranks.resize(documents.size());
  for (uint32_t ordinal : order) {
    Dictionary& names = segment_->names;
    const bool known = names.size() > 0 && names.at(static_cast<uint32_t>(names.size() - 1)) == documents[ordinal].name;
    if (!known) names.Append(documents[ordinal].name);
    segment_->name_ranks[ordinal] = static_cast<uint32_t>(names.size() - 1);
  }
  segment_->names.Seal();
}

void SegmentAssembler::AddWord(std::string_view word, std::string_view surface, std::span<const Posting> postings) {
  segment_->postings.Add(postings);
  words_.emplace_back(word);
  segment_->surface_bytes.append(surface);
  segment_->surface_begins.push_back(static_cast<uint32_t>(segment_->surface_bytes.size()));
}

void SegmentAssembler::AddFacet(FacetId facet, std::string_view value, std::vector<uint32_t> ordinals) {
  std::sort(ordinals.begin(), ordinals.end());
  FacetSet set{facet, std::string(value), Roaring(ordinals.size(), ordinals.data())};
  set.ordinals.runOptimize();
  set.ordinals.shrinkToFit();
  segment_->facets.push_back(std::move(set));
}

void SegmentAssembler::FillFacetNumbers() {
  std::vector<uint32_t>& begins = segment_->facet_begins;
  begins.assign(segment_->size() + 1, 0);
  for (const FacetSet& set : segment_->facets) {
    for (uint32_t ordinal : set.ordinals) ++begins[ordinal + 1];
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  segment_->facet_numbers.resize(begins.back());
  std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
  for (uint32_t number = 0; number < segment_->facets.size(); ++number) {
    for (uint32_t ordinal : segment_->facets[number].ordinals) segment_->facet_numbers[next[ordinal]++] = number;
  }
}

std::shared_ptr<const Lexicon> SegmentAssembler::LearnLexicon() const {
  std::vector<Lexicon::WordCount> counts;
  counts.reserve(words_.size());
  for (uint32_t i = 0; i < words_.size(); ++i) counts.push_back({words_[i], segment_->postings.documents(i)});
  return Lexicon::Make(counts);
}

// One word's list serves as it is.
uint32_t SegmentAssembler::AddUnion(std::span<const uint32_t> words) {
  if (words.empty()) return Segment::kNoList;
  if (words.size() == 1) return words[0];
  scratch_.clear();
  for (uint32_t word : words) segment_->postings.Read(word, &scratch_);
  SortAndMerge(&scratch_);
  return segment_->postings.Add(scratch_);
}

void SegmentAssembler::AddString(std::string_view text, uint32_t word, uint32_t stem, uint32_t part) {
  segment_->dictionary.Append(text);
  segment_->word_lists.push_back(word);
  segment_->stem_lists.push_back(stem);
  segment_->part_lists.push_back(part);
}

// All words, their stems and their parts, in one order.
void SegmentAssembler::AddDerived(Derivations* derivations) {
  absl::flat_hash_map<std::string, Entry> entries;
  entries.reserve(words_.size() * 2);
  for (uint32_t i = 0; i < words_.size(); ++i) {
    entries[words_[i]].word = i;
    const Derivation& derivation = derivations->Of(words_[i]);
    entries[derivation.stem].stem_of.push_back(i);
    for (const std::string& part : derivation.parts) entries[part].part_of.push_back(i);
  }
  std::vector<const std::pair<const std::string, Entry>*> order;
  order.reserve(entries.size());
  for (const auto& entry : entries) order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const auto* entry : order) {
    if (entry->first.empty()) continue;
    const uint32_t stem = AddUnion(entry->second.stem_of);
    AddString(entry->first, entry->second.word, stem, AddUnion(entry->second.part_of));
  }
}

std::shared_ptr<const Segment> SegmentAssembler::Finish(Derivations* derivations) {
  if (derivations != nullptr) {
    AddDerived(derivations);
  } else {
    for (uint32_t i = 0; i < words_.size(); ++i) AddString(words_[i], i, Segment::kNoList, Segment::kNoList);
  }
  for (auto* lists : {&segment_->word_lists, &segment_->stem_lists, &segment_->part_lists}) lists->shrink_to_fit();
  segment_->dictionary.Seal();
  segment_->postings.Seal();
  segment_->surface_bytes.shrink_to_fit();
  segment_->surface_begins.shrink_to_fit();
  segment_->facets.shrink_to_fit();
  FillFacetNumbers();
  return std::move(segment_);
}

}  // namespace schutznetz::search
