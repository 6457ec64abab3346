// Which areas a listed service is competent for on a day, and in which it is located.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// Whether the service area holds on that day.
bool HoldsOn(const v1::ServiceArea& area, absl::CivilDay day);

// Whether the service is competent for the area `key` with the chain `chain`, or for one inside of it, or located
// inside.
bool IsInOrFor(const ViewVersion& version, const Listing& listing, const AreaChain& chain, std::string_view key,
               absl::CivilDay day);

// The key of the finest area in which the place is known to be: at least its Kreis.
std::string_view FinestKey(const ViewVersion& version, const ListedPlace& place);

}  // namespace schutznetz::directory
