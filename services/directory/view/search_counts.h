// Totals and facets of searches. They do not depend on page, order or, without a radius, on the point to measure from,
// so that many requests share them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/common/search/query.h"

namespace schutznetz::directory {

struct SearchCounts {
  uint64_t total = 0;
  std::vector<search::FacetCounts> facets;
  bool tells_own = false;   // something that not everybody sees was counted
  std::string facet_bytes;  // as the response writes them, from Encode

  // Adds the counts of another index. Both are of the same request.
  void Add(const search::Result& result);
  // When all are added.
  void Encode();
};

}  // namespace schutznetz::directory
