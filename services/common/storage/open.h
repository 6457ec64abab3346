// Opens the database of a server and brings its schema up to date.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/database.h"
#include "services/common/storage/migration.h"

namespace schutznetz::storage {

struct DatabaseOptions {
  Engine engine = Engine::kSqlite;
  // SQLite: the file. Its folder must exist; beside it live "-wal", "-shm" and ".lock".
  std::string path;
  // PostgreSQL: a libpq connection string without the password, which comes from `password`.
  std::string connection_string;
  std::string password;
  // PostgreSQL: the schema that holds all tables; made when missing. Lower-case letters, digits and "_".
  std::string schema = "public";

  int writes_waiting_max = 4096;   // more are refused with UNAVAILABLE
  int readers = 4;                 // connections for reads, opened when needed
  int readers_waiting_max = 1024;  // more are refused with UNAVAILABLE
  int writers = 8;                 // PostgreSQL: connections for writes

  // Gets driver texts and what the operator should know; called from many threads. Never personal data. May be empty.
  std::function<void(std::string_view event, std::string_view detail)> log;
};

// Applies the common migrations (change log, request log) and then `sets` in order, each migration in a transaction of
// its own, and starts the threads.
//   UNAVAILABLE          PostgreSQL does not answer
//   FAILED_PRECONDITION  another process owns the SQLite file; the database is newer than this program, or a recorded
//                        migration has another checksum
//   INVALID_ARGUMENT     the options contradict each other, or a migration text fails
// After a failed sync the process ends at once (exit code 74): what the file holds is then unknown, and only a restart
// reads it afresh.
absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseOptions& options,
                                               const std::vector<const MigrationSet*>& sets);

}  // namespace schutznetz::storage
