// The PostgreSQL engine.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/storage/open.h"

namespace schutznetz::storage::postgres {

// As storage::Open, for Engine::kPostgres; `sets` already holds the common migrations.
absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(const DatabaseOptions& options,
                                                       const std::vector<const MigrationSet*>& sets);

}  // namespace schutznetz::storage::postgres
