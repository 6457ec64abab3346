// A service as it is found, by everybody or by a caller with rights: joined with its organization and its places.
// Immutable once published.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schutznetz/directory/v1/service.pb.h"
#include "services/common/geo/point.h"
#include "services/common/time/holidays.h"
#include "services/directory/view/entry.h"

namespace schutznetz::directory {

// Lines and hours that hold for a service, at one of its places or at large: each from the most specific level that has
// any (service at location, location, service, organization).
struct Calls {
  std::shared_ptr<const CallFacts> lines;  // null: none
  std::shared_ptr<const CallFacts> hours;  // null: unknown
  civil::HolidayRegion holidays;           // of the place where the people work

  const civil::CompiledSchedules* schedules() const { return hours ? hours->hours.get() : nullptr; }
};

// One place where the service is given.
struct ListedPlace {
  Slot placement = kNoSlot;
  Slot location = kNoSlot;  // none: withheld
  std::optional<geo::Point> point;
  bool approximate = false;  // the point is the centre of its Kreis
  std::string kreis_key;
  Calls calls;
};

struct Listing {
  Slot slot = kNoSlot;
  uint64_t key = 0;        // stable over updates and restarts; breaks ties
  uint64_t documents = 0;  // fingerprint of the documents by which it is found
  v1::Service service;     // what ladder and filters ask for; texts for people are left out
  std::string organization_display_name;
  bool authority = false;
  LandNumber land = 0;
  std::vector<ListedPlace> places;  // in the order of the placements' names
  Calls calls;                      // without a place
};

// The documents by which it is found: its own, and one for each further place.
inline std::vector<Slot> DocumentSlots(const Listing* listing) {
  std::vector<Slot> slots;
  if (listing == nullptr) return slots;
  slots.push_back(listing->slot);
  for (size_t i = 1; i < listing->places.size(); ++i) slots.push_back(listing->places[i].placement);
  return slots;
}

}  // namespace schutznetz::directory
