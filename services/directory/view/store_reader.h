// Reads what places mean. Records of the view itself: services/common/view/record_reader.h.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/common/changes/change_log.h"
#include "services/common/storage/database.h"
#include "services/directory/places/place_resolver.h"

namespace schutznetz::directory {

// Whether any of the changes concerns areas or postcodes.
bool ChangesPlaces(const std::vector<changes::Change>& changes);

// What places mean, from the stored areas and postcodes. Bodies that cannot be read are left out.
absl::StatusOr<PlaceResolver> ReadPlaces(storage::ReadTransaction& tx);
absl::StatusOr<PlaceResolver> ReadPlaces(storage::Database& database);

}  // namespace schutznetz::directory
