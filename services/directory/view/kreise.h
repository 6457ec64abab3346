// The Kreise around a point, by their centres.
#pragma once

#include <string>
#include <vector>

#include "services/common/geo/point.h"
#include "services/directory/places/place_resolver.h"

namespace schutznetz::directory {

// Keys of the Kreise whose centre is within `radius_m` of the point, nearest first.
std::vector<std::string> KreiseByDistance(const PlaceResolver& places, const geo::Point& point, double radius_m);

}  // namespace schutznetz::directory
