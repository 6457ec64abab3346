#include "services/common/search/segment_merger.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "services/common/search/segment_assembler.h"

namespace schutznetz::search {
namespace {

constexpr uint32_t kGone = std::numeric_limits<uint32_t>::max();

// The new ordinals of each source's old ones.
struct Renumbering {
  std::vector<std::vector<uint32_t>> ordinals;  // by source
  std::vector<DocumentRecord> documents;        // in their new order
};

Renumbering Renumber(std::span<const LiveSegment> sources) {
  std::vector<DocumentRecord> documents;
  std::vector<std::pair<uint32_t, uint32_t>> origins;  // (source, ordinal) beside documents
  Renumbering result;
  for (uint32_t source = 0; source < sources.size(); ++source) {
    const Segment& segment = *sources[source].segment;
    result.ordinals.emplace_back(segment.size(), kGone);
    for (uint32_t i = 0; i < segment.size(); ++i) {
      if (!sources[source].IsLive(i)) continue;
      DocumentRecord record{segment.slots[i], segment.keys[i], std::nullopt,
                            std::string(segment.names.at(segment.name_ranks[i]))};
      if (i < segment.points.size()) record.point = segment.points.point(i);
      documents.push_back(std::move(record));
      origins.emplace_back(source, i);
    }
  }
  for (uint32_t index : OrdinalOrder(documents)) {
    const auto [source, ordinal] = origins[index];
    result.ordinals[source][ordinal] = static_cast<uint32_t>(result.documents.size());
    result.documents.push_back(std::move(documents[index]));
  }
  return result;
}

// All words of all sources in ascending order; equal ones stand together.
struct SourceWord {
  std::string_view text;
  uint32_t source;
  uint32_t list;

  bool operator<(const SourceWord& other) const { return std::tie(text, source) < std::tie(other.text, other.source); }
};

std::vector<SourceWord> WordsOf(std::span<const LiveSegment> sources) {
  std::vector<SourceWord> words;
  for (uint32_t source = 0; source < sources.size(); ++source) {
    const Segment& segment = *sources[source].segment;
    for (uint32_t i = 0; i < segment.dictionary.size(); ++i) {
      if (segment.word_lists[i] != Segment::kNoList) {
        words.push_back({segment.dictionary.at(i), source, segment.word_lists[i]});
      }
    }
  }
  if (sources.size() > 1) std::sort(words.begin(), words.end());
  return words;
}

void MergeWords(std::span<const LiveSegment> sources, const Renumbering& renumbering, SegmentAssembler* assembler) {
  const std::vector<SourceWord> words = WordsOf(sources);
  std::vector<Posting> read, merged;
  for (size_t begin = 0; begin < words.size();) {
    merged.clear();
    std::string_view surface;
    uint32_t most = 0;
    size_t end = begin;
    for (; end < words.size() && words[end].text == words[begin].text; ++end) {
      const Segment& segment = *sources[words[end].source].segment;
      const std::vector<uint32_t>& ordinals = renumbering.ordinals[words[end].source];
      read.clear();
      segment.postings.Read(words[end].list, &read);
      for (const Posting& posting : read) {
        if (ordinals[posting.ordinal] != kGone) merged.push_back({ordinals[posting.ordinal], posting.impact});
      }
      // The spelling of the source that has the word most often; written-out words before joined ones.
      const std::string_view candidate = segment.surface(words[end].list);
      if (!candidate.empty() && (surface.empty() || segment.postings.documents(words[end].list) > most)) {
        surface = candidate;
        most = segment.postings.documents(words[end].list);
      }
    }
    if (end - begin > 1) SortAndMerge(&merged);
    if (!merged.empty()) assembler->AddWord(words[begin].text, surface, merged);
    begin = end;
  }
}

void MergeFacets(std::span<const LiveSegment> sources, const Renumbering& renumbering, SegmentAssembler* assembler) {
  std::vector<std::tuple<FacetId, std::string_view, uint32_t, const Roaring*>> sets;
  for (uint32_t source = 0; source < sources.size(); ++source) {
    for (const FacetSet& set : sources[source].segment->facets) {
      sets.emplace_back(set.facet, set.value, source, &set.ordinals);
    }
  }
  std::sort(sets.begin(), sets.end());
  for (size_t begin = 0; begin < sets.size();) {
    const auto [facet, value, first_source, first_set] = sets[begin];
    std::vector<uint32_t> ordinals;
    for (; begin < sets.size() && std::get<0>(sets[begin]) == facet && std::get<1>(sets[begin]) == value; ++begin) {
      const std::vector<uint32_t>& renumbered = renumbering.ordinals[std::get<2>(sets[begin])];
      for (uint32_t ordinal : *std::get<3>(sets[begin])) {
        if (renumbered[ordinal] != kGone) ordinals.push_back(renumbered[ordinal]);
      }
    }
    if (!ordinals.empty()) assembler->AddFacet(facet, value, std::move(ordinals));
  }
}

SegmentAssembler Assemble(std::span<const LiveSegment> sources) {
  Renumbering renumbering = Renumber(sources);
  SegmentAssembler assembler(std::move(renumbering.documents));
  MergeWords(sources, renumbering, &assembler);
  MergeFacets(sources, renumbering, &assembler);
  return assembler;
}

}  // namespace

std::shared_ptr<const Segment> MergeSegments(std::span<const LiveSegment> sources, Derivations* derivations) {
  return Assemble(sources).Finish(derivations);
}

Merged MergeAndLearn(std::span<const LiveSegment> sources) {
  SegmentAssembler assembler = Assemble(sources);
  Derivations derivations(assembler.LearnLexicon());
  return {assembler.Finish(&derivations), derivations.lexicon()};
}

}  // namespace schutznetz::search
