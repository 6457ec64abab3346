// Totals and facets of searches. They do not depend on page, order or, without a radius, on the point to measure from,
// so that many requests share them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

// Counts of the newest version. Thread safe.
class SearchCountsCache {
 public:
  std::shared_ptr<const SearchCounts> Find(uint64_t version, const std::string& key);
  void Keep(uint64_t version, std::string key, std::shared_ptr<const SearchCounts> counts);

 private:
  static constexpr size_t kKeptMax = 1024;

  std::mutex mutex_;
  uint64_t version_ = 0;
  absl::flat_hash_map<std::string, std::shared_ptr<const SearchCounts>> counts_;
};

}  // namespace schutznetz::directory
