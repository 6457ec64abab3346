#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/geo/point.h"
#include "services/common/search/document.h"

class Roaring;  // CRoaring's C++ class lives in the global namespace.

// A question to an IndexVersion and its answer.

namespace schutznetz::search {

inline constexpr size_t kMaxQueryTerms = 16;
inline constexpr size_t kMaxQueryBytes = 1024;
inline constexpr size_t kMaxPageSize = 500;

// A document passes when it has any of the values. Filters of one query are joined by AND.
struct FacetFilter {
  FacetId facet = 0;
  std::vector<std::string> values;
};

struct Near {
  geo::Point centre;
  double max_distance_m = std::numeric_limits<double>::infinity();  // inclusive; finite: only documents with a point
};

enum class Order {
  kRelevance,  // score down; without text all scores are 0 and the key decides
  kDistance,   // from Query::near up; documents without a point come last
  kName,       // sort_name up
};

// Where the next page begins: behind this hit, in the order of the same query. Comes from Result::next; the caller
// seals it into a page token and must bind it to text, filters, near and order.
struct Cursor {
  uint64_t rank = 0;      // of the last hit
  uint64_t key = 0;       // of the last hit
  std::string name;       // of the last hit, kName only
  uint32_t required = 0;  // Result::required of the first page
  uint64_t base = 0;      // Result::base of that page
};

struct Query {
  std::string_view text;  // empty (or only punctuation): every document matches
  std::vector<FacetFilter> filters;
  const Roaring* slots = nullptr;  // only these slots, for conditions the index does not know; null: all
  std::optional<Near> near;        // needed for kDistance
  Order order = Order::kRelevance;
  size_t limit = 20;  // 0 … kMaxPageSize
  std::optional<Cursor> after;
  std::vector<FacetId> facets;      // count the values of these
  size_t facet_values = 100;        // at most this many values for each, most frequent first
  bool last_term_is_prefix = true;  // as somebody types; whole words still score higher
};

struct Hit {
  uint32_t slot = 0;
  uint64_t key = 0;
  uint32_t score = 0;      // comparable only inside one query and base
  double distance_m = -1;  // from near; -1: no near or no point
};

struct FacetCount {
  std::string value;
  uint64_t count = 0;
};

// Counts ignore the filters on this facet itself (so that a portal can offer the other choices) and obey all others.
struct FacetCounts {
  FacetId facet = 0;
  std::vector<FacetCount> values;  // count down, then value up
};

struct Result {
  std::vector<Hit> hits;
  uint64_t total = 0;  // exact, independent of limit and after
  std::vector<FacetCounts> facets;
  std::optional<Cursor> next;  // absent on the last page
  uint64_t base = 0;           // number of the statistics behind the scores
  uint32_t terms = 0;     // terms that counted: without stop words, compounds split where only their parts are known
  uint32_t required = 0;  // how many of them each hit matches: all, or the most that any document has
};

}  // namespace schutznetz::search
