#include "services/common/search/segment_filter.h"

#include <algorithm>
#include <limits>
#include <roaring/roaring.hh>

namespace schutznetz::search {
namespace {

// The ordinals whose slots are in `slots`.
OrdinalBits BitsOfSlots(const Segment& segment, const Roaring& slots) {
  OrdinalBits bits(segment.size());
  if (slots.isEmpty() || segment.size() == 0) return bits;
  if (slots.cardinality() * 16 < segment.size()) {
    for (uint32_t slot : slots) {
      if (const std::optional<uint32_t> ordinal = segment.Find(slot)) bits.Add(*ordinal);
    }
    return bits;
  }
  // As plain bits, since asking Roaring for each document costs ten times as much. A slot number far beyond the number
  // of documents would make them too long.
  const uint32_t last = std::min(slots.maximum(), segment.slots[segment.by_slot.back()]);
  if (last / 64 > segment.size()) {
    for (uint32_t i = 0; i < segment.size(); ++i) {
      if (slots.contains(segment.slots[i])) bits.Add(i);
    }
    return bits;
  }
  OrdinalBits plain(slots.maximum() + 1);
  plain.UniteWith(slots);
  for (uint32_t i = 0; i < segment.size(); ++i) {
    if (segment.slots[i] <= last && plain.Contains(segment.slots[i])) bits.Add(i);
  }
  return bits;
}

OrdinalBits BitsWithin(const Segment& segment, const Near& near) {
  OrdinalBits bits(segment.size());
  segment.points.ForEachWithin(geo::ToUnitVector(near.centre), geo::MetresToSquaredChord(near.max_distance_m),
                               [&bits](uint32_t ordinal, double /*squared_chord*/) { bits.Add(ordinal); });
  return bits;
}

bool Counted(const Query& query, FacetId facet) {
  return std::find(query.facets.begin(), query.facets.end(), facet) != query.facets.end();
}

}  // namespace

SegmentFilter::SegmentFilter(const LiveSegment& live, const Query& query) : live_(live), query_(query) {
  if (query.near.has_value() && query.near->max_distance_m < std::numeric_limits<double>::infinity()) {
    Narrow(BitsWithin(*live.segment, *query.near), &fixed_);
  }
  if (query.slots != nullptr) Narrow(BitsOfSlots(*live.segment, *query.slots), &fixed_);
  if (live.deleted != nullptr && !live.deleted->isEmpty()) {
    if (!fixed_.has_value()) fixed_.emplace(live.segment->size(), true);
    fixed_->Subtract(*live.deleted);
  }
  if (query.filters.empty()) return;
  allowed_ = fixed_;
  for (const FacetFilter& filter : query.filters) Narrow(BitsOf(filter), &allowed_);
}

void SegmentFilter::Narrow(const OrdinalBits& bits, std::optional<OrdinalBits>* set) const {
  if (set->has_value()) {
    (*set)->IntersectWith(bits);
  } else {
    set->emplace(bits);
  }
}

OrdinalBits SegmentFilter::BitsOf(const FacetFilter& filter) const {
  OrdinalBits bits(live_.segment->size());
  for (const std::string& value : filter.values) {
    if (const Roaring* set = live_.segment->FindFacet(filter.facet, value)) bits.UniteWith(*set);
  }
  return bits;
}

std::optional<OrdinalBits> SegmentFilter::AllowedWithout(FacetId facet) const {
  std::optional<OrdinalBits> allowed = fixed_;
  for (const FacetFilter& filter : query_.filters) {
    if (filter.facet != facet) Narrow(BitsOf(filter), &allowed);
  }
  return allowed;
}

void CountFacets(const LiveSegment& live, const Query& query, const SegmentFilter& filter, const OrdinalBits* found,
                 FacetTotals* totals) {
  const Segment& segment = *live.segment;
  auto set = segment.facets.begin();
  while (set != segment.facets.end()) {
    const FacetId facet = set->facet;
    auto end = set;
    while (end != segment.facets.end() && end->facet == facet) ++end;
    if (Counted(query, facet)) {
      std::optional<OrdinalBits> counted = filter.AllowedWithout(facet);
      if (found != nullptr && counted.has_value()) {
        counted->IntersectWith(*found);
      } else if (found != nullptr) {
        counted = *found;
      }
      std::map<std::string, uint64_t, std::less<>>& values = (*totals)[facet];
      for (; set != end; ++set) {
        const uint64_t count = counted.has_value() ? counted->CountCommon(set->ordinals) : set->ordinals.cardinality();
        if (count > 0) values[set->value] += count;
      }
    }
    set = end;
  }
}

}  // namespace schutznetz::search
