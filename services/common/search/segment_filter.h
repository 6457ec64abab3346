#pragma once

#include <map>
#include <optional>
#include <string>
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

// Adds to `counts` how many documents of `found` each value has, for every facet that the query asks for. `found`
// holds what matches the text; null: everything.
using FacetTotals = std::map<FacetId, std::map<std::string, uint64_t, std::less<>>>;
void CountFacets(const LiveSegment& live, const Query& query, const SegmentFilter& filter, const OrdinalBits* found,
                 FacetTotals* totals);

}  // namespace schutznetz::search
