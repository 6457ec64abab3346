#pragma once

#include "absl/status/statusor.h"
#include "services/common/search/index_state.h"
#include "services/common/search/query.h"

namespace schutznetz::search {

// Answers one query from one state. IndexVersion::Search promises the rest.
absl::StatusOr<Result> Search(const IndexState& state, const Query& query);

}  // namespace schutznetz::search
