#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <roaring/roaring.hh>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/geo/point_tree.h"
#include "services/common/search/dictionary.h"
#include "services/common/search/document.h"
#include "services/common/search/postings.h"

namespace schutznetz::search {

// The documents of a segment that have one value of one facet.
struct FacetSet {
  FacetId facet = 0;
  std::string value;
  Roaring ordinals;
};

// Some documents, indexed, for ever as they are; which of them are deleted is noted outside (IndexState). Made by
// SegmentAssembler. Thread safe.
//
// Documents are ordinals in the order of S2's curve, those without a point behind the others, by slot: what lies near
// each other is found in the same windows and words of bits.
struct Segment {
  static constexpr uint32_t kNoList = UINT32_MAX;

  // Per ordinal.
  std::vector<uint32_t> slots;
  std::vector<uint64_t> keys;
  std::vector<uint32_t> name_ranks;  // index into names
  std::vector<uint32_t> by_slot;     // ordinals in ascending order of their slots
  geo::PointTree points;             // of ordinals 0 … points.size() - 1

  // Distinct collation keys of sort names.
  Dictionary names;

  // Per dictionary string: the lists of the documents that have it as a word, as a stem, as part of a compound (its
  // stem). List i < surfaces.size() belongs to a word whose usual spelling is surfaces[i].
  Dictionary dictionary;
  std::vector<uint32_t> word_lists, stem_lists, part_lists;
  PostingStore postings;
  std::string surface_bytes;
  std::vector<uint32_t> surface_begins;

  std::vector<FacetSet> facets;  // by (facet, value)
  // The other way round: document i has the values facets[n] for each n in FacetNumbers(i), ascending.
  std::vector<uint32_t> facet_begins, facet_numbers;

  uint32_t size() const { return static_cast<uint32_t>(slots.size()); }
  uint32_t windows() const { return (size() + kWindowSize - 1) >> kWindowBits; }
  std::optional<uint32_t> Find(uint32_t slot) const;
  std::string_view surface(uint32_t list) const {
    return std::string_view(surface_bytes)
        .substr(surface_begins[list], surface_begins[list + 1] - surface_begins[list]);
  }
  std::span<const uint32_t> FacetNumbers(uint32_t ordinal) const {
    return std::span(facet_numbers).subspan(facet_begins[ordinal], facet_begins[ordinal + 1] - facet_begins[ordinal]);
  }
  // Null: no document has it.
  const Roaring* FindFacet(FacetId facet, std::string_view value) const;
  size_t MemoryBytes() const;
};

}  // namespace schutznetz::search
