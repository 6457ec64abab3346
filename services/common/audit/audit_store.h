// The tables of the audit log, in the server's own database. Functions of a transaction, without state.
//
// Codes are those of storage::ReadTransaction. Order of locks: the row of audit_log comes after every row that the
// write itself locks. Appending takes it in the last round trip, behind the lock of the change log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/common/audit/checkpoint.h"
#include "services/common/audit/entry.h"
#include "services/common/storage/chain.h"
#include "services/common/storage/migration.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::audit {

// The schema, for storage::Open.
const storage::MigrationSet& AuditMigrations();

// Where the log stands: entries floor+1 … count can be read.
struct LogHead {
  std::string log;
  int64_t floor = 0;
  int64_t count = 0;
  std::string head;  // hash of line `count`, or the genesis
};

// Begins the log, with a random id behind `name` ("directory"), unless it was begun.
absl::Status BeginLog(storage::Transaction& tx, std::string_view name);

absl::StatusOr<LogHead> ReadHead(storage::ReadTransaction& tx);
// The same, and nobody else appends before this write ends. (On SQLite without what the group has appended so far.)
absl::StatusOr<LogHead> LockHead(storage::Transaction& tx);

// The log as the database continues it. `appended` hears of each commit.
storage::Chain ChainOf(std::function<void(int64_t count, size_t entries)> appended);

// Appends the entries to the log `log` when the write commits: log and time are filled in here, sequence and previous
// then. INTERNAL: CheckEntry.
absl::Status AppendEntries(storage::Transaction& tx, const storage::Chain& chain, const std::string& log,
                           absl::Span<Entry> entries);

// A line as it lies there, tampered with or not.
struct StoredLine {
  int64_t sequence = 0;
  std::string line;
};
// Lines with a sequence above `after`, at most `count_max`, in order.
absl::StatusOr<std::vector<StoredLine>> ReadLines(storage::ReadTransaction& tx, int64_t after, int count_max);

// A kept checkpoint.
struct StoredCheckpoint {
  int64_t count = 0;
  absl::Time time = absl::InfinitePast();
  std::string text;
};
// Those of first … last entries, at most `count_max`, in order.
absl::StatusOr<std::vector<StoredCheckpoint>> ReadCheckpoints(storage::ReadTransaction& tx, int64_t first, int64_t last,
                                                              int count_max);
// The one that covers most; all empty without one.
absl::StatusOr<StoredCheckpoint> NewestCheckpoint(storage::ReadTransaction& tx);
absl::Status KeepCheckpoint(storage::Transaction& tx, const Checkpoint& checkpoint, std::string_view text);

// Drops the oldest segment, the entries up to the oldest checkpoint above the floor, if that checkpoint is from before
// `before`; the checkpoint stays. Returns how many entries were dropped, 0 when there is nothing to drop.
absl::StatusOr<int64_t> DropOldestSegment(storage::Transaction& tx, absl::Time before);

}  // namespace schutznetz::audit
