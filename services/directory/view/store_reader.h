// Reads what the view is made from, page by page.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/changes/change_log.h"
#include "services/common/record/record.h"
#include "services/common/storage/database.h"
#include "services/directory/places/place_resolver.h"

namespace schutznetz::directory {

using RecordTaker = absl::FunctionRef<absl::Status(const record::Record&)>;

// Every record of a kind, deleted ones included, in several short transactions. Codes of storage::ReadTransaction.
absl::Status ReadKind(storage::Database& database, std::string_view kind, RecordTaker take);

// The records that the changes name, of any kind the view holds, as they are now; each once.
absl::Status ReadChanged(storage::ReadTransaction& tx, const std::vector<changes::Change>& changes, RecordTaker take);

// Whether any of the changes concerns areas or postcodes.
bool ChangesPlaces(const std::vector<changes::Change>& changes);

// What places mean, from the stored areas and postcodes. Bodies that cannot be read are left out.
absl::StatusOr<PlaceResolver> ReadPlaces(storage::ReadTransaction& tx);
absl::StatusOr<PlaceResolver> ReadPlaces(storage::Database& database);

}  // namespace schutznetz::directory
