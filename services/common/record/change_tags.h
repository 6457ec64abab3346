// What follows a change: dependency tags, and the records below. Internal to record/.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/record/load.h"

namespace schutznetz::record {

// "kind/DE-NW" for each Land it belongs to, now and before (null: nothing before), and the names of its parents when
// everybody may know of it: a hidden child bumps nothing public. Name and kind are added by the log.
std::vector<std::string> TagsOf(const Loaded* before, const Loaded& after);

// Keys of the live records whose appearance changes with the protection of `top`, each once: those that inherit from it
// at any depth, and those that name it. RESOURCE_EXHAUSTED (SIZE_LIMIT): more than `count_max`.
absl::StatusOr<std::vector<RecordKey>> DescendantsOf(storage::ReadTransaction& tx, const RuleSet& all,
                                                     const Loaded& top, int count_max);

}  // namespace schutznetz::record
