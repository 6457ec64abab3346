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

bool Filtered(const Query& query, FacetId facet) {
  return std::any_of(query.filters.begin(), query.filters.end(),
                     [facet](const FacetFilter& filter) { return filter.facet == facet; });
}

// What is in both. Null: everything.
std::optional<OrdinalBits> InBoth(std::optional<OrdinalBits> bits, const OrdinalBits* others) {
  if (others == nullptr) return bits;
  if (!bits.has_value()) return *others;
  bits->IntersectWith(*others);
  return bits;
}

// Below one in so many documents of a segment, looking at each document beats looking at each value.
constexpr size_t kFew = 16;

// Appends which of the values facets[first] … facets[last - 1] documents of `counted` have. Null: all documents.
void CountValues(const Segment& segment, const std::optional<OrdinalBits>& counted, uint32_t first, uint32_t last,
                 std::vector<FacetTotal>* totals) {
  std::vector<uint64_t> counts(last - first, 0);
  if (counted.has_value() && counted->Count() * kFew < segment.size()) {
    ForEachBit(counted->words(), [&](uint32_t ordinal) {
      for (uint32_t number : segment.FacetNumbers(ordinal)) {
        if (number >= first && number < last) ++counts[number - first];
      }
    });
  } else {
    for (uint32_t number = first; number < last; ++number) {
      const Roaring& having = segment.facets[number].ordinals;
      counts[number - first] = counted.has_value() ? counted->CountCommon(having) : having.cardinality();
    }
  }
  for (uint32_t number = first; number < last; ++number) {
    const FacetSet& set = segment.facets[number];
    if (counts[number - first] > 0) totals->push_back({set.facet, set.value, counts[number - first]});
  }
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
                 std::vector<FacetTotal>* totals) {
  if (query.facets.empty()) return;
  const std::vector<FacetSet>& sets = live.segment->facets;
  const auto end_of = [&sets](uint32_t first) {
    uint32_t last = first;
    while (last < sets.size() && sets[last].facet == sets[first].facet) ++last;
    return last;
  };
  const auto plain = [&query](FacetId facet) { return Counted(query, facet) && !Filtered(query, facet); };
  const std::optional<OrdinalBits> admitted =
      InBoth(filter.allowed() == nullptr ? std::nullopt : std::optional(*filter.allowed()), found);
  for (uint32_t first = 0, last = 0; first < sets.size(); first = last) {
    const FacetId facet = sets[first].facet;
    last = end_of(first);
    if (plain(facet)) {
      // Neighbours that obey the same filters are counted in one go.
      while (last < sets.size() && plain(sets[last].facet)) last = end_of(last);
      CountValues(*live.segment, admitted, first, last, totals);
    } else if (Counted(query, facet)) {
      CountValues(*live.segment, InBoth(filter.AllowedWithout(facet), found), first, last, totals);
    }
  }
}

}  // namespace schutznetz::search
