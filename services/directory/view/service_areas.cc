#include "services/directory/view/service_areas.h"

#include <algorithm>

namespace schutznetz::directory {
namespace {

bool ChainHolds(const AreaChain& chain, std::string_view key) {
  return std::any_of(chain.areas.begin(), chain.areas.end(), [&](const v1::Area* area) { return area->key() == key; });
}

}  // namespace

// Dates are YYYY-MM-DD, so that text compares like time.
bool HoldsOn(const v1::ServiceArea& area, absl::CivilDay day) {
  const std::string date = absl::FormatCivilTime(day);
  return (area.valid_from().empty() || area.valid_from() <= date) &&
         (area.valid_to().empty() || date <= area.valid_to());
}

bool IsInOrFor(const ViewVersion& version, const Listing& listing, const AreaChain& chain, std::string_view key,
               absl::CivilDay day) {
  const auto inside = [&](std::string_view inner) { return ChainHolds(version.places->ChainOf(inner, day), key); };
  for (const v1::ServiceArea& area : listing.service.service_areas()) {
    if (!HoldsOn(area, day)) continue;
    if (ChainHolds(chain, area.area_key()) || inside(area.area_key())) return true;
  }
  return std::any_of(listing.places.begin(), listing.places.end(),
                     [&](const ListedPlace& place) { return inside(FinestKey(version, place)); });
}

std::string_view FinestKey(const ViewVersion& version, const ListedPlace& place) {
  const Entry* location = version.entry(place.location);
  const bool finer = location != nullptr && location->place && !location->place->area_key.empty();
  return finer ? std::string_view(location->place->area_key) : std::string_view(place.kreis_key);
}

}  // namespace schutznetz::directory
