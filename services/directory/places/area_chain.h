// Which areas a key lies in.
#pragma once

#include <string_view>

#include "absl/time/civil_time.h"
#include "services/directory/places/place_resolver.h"
#include "services/directory/places/place_tables.h"

namespace schutznetz::directory {

// What PlaceResolver::ChainOf promises.
AreaChain MakeAreaChain(const PlaceTables& tables, std::string_view key, absl::CivilDay day);

}  // namespace schutznetz::directory
