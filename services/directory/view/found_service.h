// A service that a search found, and what is known of it to the one who searches.
#pragma once

#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "services/common/geo/point.h"
#include "services/directory/view/hours_table.h"
#include "services/directory/view/listing_maker.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

struct FoundService {
  Slot document = kNoSlot;
  uint64_t key = 0;
  uint32_t score = 0;
  double distance_m = -1;   // -1: none
  bool every_fact = false;  // found by facts that not everybody sees
};

// Listings with every fact, made when they are asked for. For one thread and one request.
class FullListings {
 public:
  FullListings(const ViewVersion& version, absl::CivilDay today) : maker_(version, today, hours_, Sight::kEveryFact) {}

  // Null when there is none.
  const Listing* Of(Slot service);

 private:
  HoursTable hours_;
  ListingMaker maker_;
  absl::flat_hash_map<Slot, std::shared_ptr<Listing>> listings_;
};

// The place of the listing that a document stands for; null when the service has none.
const ListedPlace* PlaceOf(const Listing& listing, Slot document);

// The place nearest to the point, the first among equals; null when none has a point.
const ListedPlace* NearestPlace(const Listing& listing, const geo::Point& point);

}  // namespace schutznetz::directory
