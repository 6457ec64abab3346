// Reads a record with its parents, so that rights, floors and scope can be told. Shared by the standard methods and by
// views that build themselves.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "services/common/record/record_store.h"
#include "services/common/record/resource_rules.h"

namespace schutznetz::record {

// Reads the parents of a record, theirs included, and fills in what follows from them. A parent that is not there
// leaves a gap in `parents`, no error. DATA_LOSS: a body is not a message of its kind.
absl::StatusOr<Loaded> LoadAround(storage::ReadTransaction& tx, const RuleSet& all, const ResourceRules& rules,
                                  Record record);

// Whether the caller may know that the record exists. A deleted one is known to those who may edit it.
bool MayKnow(const access::Caller& caller, const Loaded& loaded);

}  // namespace schutznetz::record
