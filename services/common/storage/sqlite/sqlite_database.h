// The SQLite engine: one file, one writer thread, readers beside it.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/storage/open.h"

namespace schutznetz::storage::sqlite {

// As storage::Open, for Engine::kSqlite; `sets` already holds the common migrations.
absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(const DatabaseOptions& options,
                                                     const std::vector<const MigrationSet*>& sets);

}  // namespace schutznetz::storage::sqlite
