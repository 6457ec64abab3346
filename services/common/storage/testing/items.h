// A table for the tests of storage/ and changes/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/storage/database.h"
#include "services/common/storage/migration.h"

namespace schutznetz::storage {

// items (id, name unique, body, weight, count not negative, parent an item).
const MigrationSet& ItemMigrations();

// Inserts the item together with its change row "items/<id>".
absl::Status InsertItem(Transaction& tx, int64_t id);
absl::StatusOr<CommitInfo> WriteItem(Database& database, int64_t id);

std::vector<int64_t> ItemIds(Database& database);
// The numbers of all change rows, in order.
std::vector<int64_t> ChangeNumbers(Database& database);
// The ids in the names of all change rows, in order of numbers.
std::vector<int64_t> ChangedIds(Database& database);

}  // namespace schutznetz::storage
