// A service that a search found.
#pragma once

#include "services/directory/view/listing.h"

namespace schutznetz::directory {

struct FoundService {
  Slot document = kNoSlot;
  uint64_t key = 0;
  uint32_t score = 0;
  double distance_m = -1;  // -1: none
  bool own = false;        // found by facts that not everybody sees: in the index of the caller
};

// The place of the listing that a document stands for; null when the service has none.
const ListedPlace* PlaceOf(const Listing& listing, Slot document);

// The place nearest to the point, the first among equals; null when none has a point.
const ListedPlace* NearestPlace(const Listing& listing, const geo::Point& point);

}  // namespace schutznetz::directory
