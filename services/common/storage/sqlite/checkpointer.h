// Keeps the write-ahead log short.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "services/common/storage/counters.h"
#include "services/common/storage/sqlite/sqlite_connection.h"

namespace schutznetz::storage::sqlite {

// Works on the writer's connection, in the writer's thread, never inside a transaction.
class Checkpointer {
 public:
  Checkpointer(Connection& writer, Counters& counters);

  // After each commit: a checkpoint every 512 groups, or when the log has grown.
  void AfterGroup();
  // When no write waits.
  void WhenIdle();
  // True while the log is at its limit, because readers hold it; tries to shorten it first. Writes are refused then.
  bool Overfull();
  // Moves everything into the file and empties the log. UNAVAILABLE when readers do not let go of it in time.
  absl::Status Truncate();

 private:
  static int OnCommit(void* self, sqlite3* db, const char* schema, int frames);
  // OK when every frame is in the file now.
  absl::Status Checkpoint(int mode, int busy_timeout_ms);

  Connection& writer_;
  Counters& counters_;
  int groups_ = 0;     // since the last attempt
  bool dirty_ = true;  // frames may be missing in the file
};

}  // namespace schutznetz::storage::sqlite
