#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/search/index_state.h"

namespace schutznetz::search {

enum class ListKind : uint8_t { kWord, kStem, kPart };

struct KeyUse {
  std::string key;
  ListKind kind = ListKind::kWord;
  uint32_t weight = 0;
};

// One term of a query: the lists whose documents match it. A document scores the best of its lists.
struct TermPlan {
  std::vector<KeyUse> keys;
  // Not empty: also the words and parts that begin like this, the most frequent kMaxPrefixLists of a segment.
  std::string prefix;
  uint32_t prefix_word_weight = 0, prefix_part_weight = 0;
};

inline constexpr size_t kMaxPrefixLists = 256;

// Decides what each term of a text means in this index. A word that no live document has, in any form, is taken as a
// typing error or as a compound whose parts stand elsewhere. Weights come from the base's statistics only.
// INVALID_ARGUMENT: too many terms or bytes.
absl::StatusOr<std::vector<TermPlan>> PlanQuery(const IndexState& state, std::string_view text,
                                                bool last_term_is_prefix);

// The lists of a dictionary string.
uint32_t ListOf(const Segment& segment, uint32_t string, ListKind kind);

bool HasLiveDocument(const LiveSegment& segment, uint32_t list);

}  // namespace schutznetz::search
