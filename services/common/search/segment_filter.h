#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "services/common/search/ordinal_bits.h"
#include "services/common/search/query.h"
#include "services/common/search/segment_merger.h"

namespace schutznetz::search {

// Which documents of one segment a query admits before its text is looked at. Sets that would hold everything are left
// out (null), so that the common query without filters or deletions computes none.
class SegmentFilter {
 public:
  SegmentFilter(const LiveSegment& live, const Query& query);

  // Live, in Query::slots, within the distance; facet filters aside.
  const OrdinalBits* fixed() const { return fixed_.has_value() ? &*fixed_ : nullptr; }
  // What all filters admit.
  const OrdinalBits* allowed() const { return allowed_.has_value() ? &*allowed_ : fixed(); }
  // What all filters but those on `facet` admit.
  std::optional<OrdinalBits> AllowedWithout(FacetId facet) const;

 private:
  void Narrow(const OrdinalBits& bits, std::optional<OrdinalBits>* set) const;
  OrdinalBits BitsOf(const FacetFilter& filter) const;

  const LiveSegment& live_;
  const Query& query_;
  std::optional<OrdinalBits> fixed_, allowed_;
};

// How many documents of one segment have a facet value. `value` points into the segment.
struct FacetTotal {
  FacetId facet = 0;
  std::string_view value;
  uint64_t count = 0;  // at least 1
};

// Appends the values that documents of `found` have, for every facet that the query asks for, by (facet, value).
// `found` holds what matches the text; null: everything.
void CountFacets(const LiveSegment& live, const Query& query, const SegmentFilter& filter, const OrdinalBits* found,
                 std::vector<FacetTotal>* totals);

}  // namespace schutznetz::search
