// Brings a schema up to date (open.h says how it can fail). Internal to storage/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/common/storage/database.h"
#include "services/common/storage/migration.h"
#include "services/common/storage/session.h"

namespace schutznetz::storage {

// Applies what is missing of each set, in order, and gives a new database its epoch.
absl::Status RunMigrations(Session& session, Engine engine, const std::vector<const MigrationSet*>& sets);

// The change log and the request log; run before every other set.
const MigrationSet& CommonMigrations();

}  // namespace schutznetz::storage
