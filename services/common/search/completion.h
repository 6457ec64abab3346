#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/search/index_state.h"

namespace schutznetz::search {

// See IndexVersion::Complete.
std::vector<std::string> CompleteWord(const IndexState& state, std::string_view prefix, size_t limit);

}  // namespace schutznetz::search
