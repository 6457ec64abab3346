#include "services/directory/view/found_service.h"

namespace schutznetz::directory {

const ListedPlace* PlaceOf(const Listing& listing, Slot document) {
  for (const ListedPlace& place : listing.places) {
    if (place.placement == document) return &place;
  }
  return listing.places.empty() ? nullptr : &listing.places.front();
}

const ListedPlace* NearestPlace(const Listing& listing, const geo::Point& point) {
  const geo::UnitVector from = geo::ToUnitVector(point);
  const ListedPlace* nearest = nullptr;
  double least = 0;
  for (const ListedPlace& place : listing.places) {
    if (!place.point) continue;
    const double distance = geo::SquaredChord(from, geo::ToUnitVector(*place.point));
    if (nearest != nullptr && distance >= least) continue;
    nearest = &place;
    least = distance;
  }
  return nearest;
}

}  // namespace schutznetz::directory
