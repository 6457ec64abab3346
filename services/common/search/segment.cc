#include "services/common/search/segment.h"

#include <algorithm>
#include <tuple>

namespace schutznetz::search {

std::optional<uint32_t> Segment::Find(uint32_t slot) const {
  const auto found = std::lower_bound(by_slot.begin(), by_slot.end(), slot,
                                      [this](uint32_t ordinal, uint32_t wanted) { return slots[ordinal] < wanted; });
  if (found == by_slot.end() || slots[*found] != slot) return std::nullopt;
  return *found;
}

const Roaring* Segment::FindFacet(FacetId facet, std::string_view value) const {
  const auto before = [](const FacetSet& set, const std::pair<FacetId, std::string_view>& wanted) {
    return std::pair<FacetId, std::string_view>(set.facet, set.value) < wanted;
  };
  const auto found = std::lower_bound(facets.begin(), facets.end(), std::pair(facet, value), before);
  return found != facets.end() && found->facet == facet && found->value == value ? &found->ordinals : nullptr;
}

size_t Segment::MemoryBytes() const {
  size_t bytes = sizeof(Segment) + (slots.capacity() + name_ranks.capacity() + by_slot.capacity()) * sizeof(uint32_t) +
                 keys.capacity() * sizeof(uint64_t) + points.MemoryBytes();
  bytes += names.MemoryBytes() + dictionary.MemoryBytes() + postings.MemoryBytes() + surface_bytes.capacity();
  bytes += (word_lists.capacity() + stem_lists.capacity() + part_lists.capacity() + surface_begins.capacity() +
            facet_begins.capacity() + facet_numbers.capacity()) *
           sizeof(uint32_t);
  for (const FacetSet& set : facets) bytes += sizeof set + set.ordinals.getSizeInBytes(false);
  return bytes;
}

}  // namespace schutznetz::search
