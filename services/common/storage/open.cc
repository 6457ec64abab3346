#include "services/common/storage/open.h"

#include "services/common/storage/migration_runner.h"
#include "services/common/storage/postgres/postgres_database.h"
#include "services/common/storage/sqlite/sqlite_database.h"

namespace schutznetz::storage {

absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseOptions& options,
                                               const std::vector<const MigrationSet*>& sets) {
  if (options.writes_waiting_max < 1 || options.readers < 1 || options.writers < 1 || options.readers_waiting_max < 1) {
    return absl::InvalidArgumentError("Each limit of the database must be at least 1.");
  }
  std::vector<const MigrationSet*> all_sets = {&CommonMigrations()};
  all_sets.insert(all_sets.end(), sets.begin(), sets.end());
  return options.engine == Engine::kSqlite ? sqlite::OpenSqlite(options, all_sets)
                                           : postgres::OpenPostgres(options, all_sets);
}

}  // namespace schutznetz::storage
