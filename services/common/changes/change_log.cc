#include "services/common/changes/change_log.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/change_rows.h"
#include "services/common/storage/random_epoch.h"
#include "services/common/storage/request_log.h"

namespace schutznetz::changes {
namespace {

using storage::CommitInfo;
using storage::Database;
using storage::ReadTransaction;
using storage::Row;
using storage::Sql;
using storage::Transaction;

constexpr Sql kState =
    "SELECT epoch, floor, COALESCE((SELECT MAX(number) FROM changes), 0) FROM change_log WHERE id = 1";
constexpr Sql kAfter =
    "SELECT number, kind, name, operation, tags, time, trace_id FROM changes WHERE number > ?1 ORDER BY number LIMIT "
    "?2";
// The log is in the order of numbers, and times follow it but for clock steps: everything before the first young row.
constexpr Sql kFirstYoung = "SELECT number FROM changes WHERE time >= ?1 ORDER BY number LIMIT 1";
constexpr Sql kRaiseFloor = "UPDATE change_log SET floor = ?1 WHERE id = 1 AND floor < ?1";
constexpr Sql kDelete =
    "DELETE FROM changes WHERE number IN "
    "(SELECT number FROM changes WHERE number <= (SELECT floor FROM change_log WHERE id = 1) ORDER BY number LIMIT ?1)";
constexpr Sql kNewEpoch = "UPDATE change_log SET epoch = ?1 WHERE id = 1";

Change ChangeOf(const Row& row) {
  Change change;
  change.number = row.Int(0);
  change.record.kind = row.Text(1);
  change.record.name = row.Text(2);
  change.record.operation = static_cast<ChangeOperation>(row.Int(3));
  change.record.tags = storage::SplitTags(row.Text(4));
  change.time = row.Time(5);
  change.record.trace_id = row.Text(6);
  return change;
}

absl::Status RaiseFloor(Transaction& tx, absl::Time before) {
  ASSIGN_OR_RETURN(const LogState state, ReadLogState(tx));
  int64_t floor = state.head;
  ASSIGN_OR_RETURN(const bool has_young,
                   tx.QueryRow(kFirstYoung, {before}, [&](const Row& row) { floor = row.Int(0) - 1; }));
  (void)has_young;
  return tx.Execute(kRaiseFloor, {floor}).status();
}

}  // namespace

absl::StatusOr<LogState> ReadLogState(ReadTransaction& tx) {
  LogState state;
  ASSIGN_OR_RETURN(const bool found, tx.QueryRow(kState, {}, [&](const Row& row) {
    state = {.epoch = row.Int(0), .floor = row.Int(1), .head = std::max(row.Int(1), row.Int(2))};
  }));
  if (!found) return errors::Internal("The change log has no state.");
  return state;
}

absl::StatusOr<Position> HeadPosition(Database& database, absl::Time deadline) {
  Position position;
  RETURN_IF_ERROR(database.Read(
      [&](ReadTransaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(const LogState state, ReadLogState(tx));
        position = state.position();
        return absl::OkStatus();
      },
      deadline));
  return position;
}

absl::StatusOr<std::vector<Change>> ReadChanges(ReadTransaction& tx, const Position& after, int count_max) {
  ASSIGN_OR_RETURN(const LogState state, ReadLogState(tx));
  return ReadChanges(tx, state, after, count_max);
}

absl::StatusOr<std::vector<Change>> ReadChanges(ReadTransaction& tx, const LogState& state, const Position& after,
                                                int count_max) {
  if (after.epoch != state.epoch || after.number < state.floor || after.number > state.head) {
    return errors::CursorTooOld();
  }
  std::vector<Change> changes;
  if (after.number == state.head) return changes;
  RETURN_IF_ERROR(tx.Query(kAfter, {after.number, count_max}, [&](const Row& row) {
    changes.push_back(ChangeOf(row));
    return absl::OkStatus();
  }));
  return changes;
}

absl::StatusOr<int64_t> Compact(Database& database, absl::Time before, int rows_max) {
  ASSIGN_OR_RETURN(const CommitInfo published,
                   database.WriteAndWait([before](Transaction& tx) { return RaiseFloor(tx, before); }));
  (void)published;
  int64_t deleted = 0;
  int64_t batch = 0;
  do {
    ASSIGN_OR_RETURN(const CommitInfo commit, database.WriteAndWait([&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(batch, tx.Execute(kDelete, {rows_max}));
      return absl::OkStatus();
    }));
    (void)commit;
    deleted += batch;
  } while (batch == rows_max);
  return deleted;
}

absl::StatusOr<int64_t> RenewEpoch(Database& database) {
  const int64_t epoch = storage::RandomEpoch();
  ASSIGN_OR_RETURN(const CommitInfo commit,
                   database.WriteAndWait([epoch](Transaction& tx) { return tx.Execute(kNewEpoch, {epoch}).status(); }));
  (void)commit;
  return epoch;
}

absl::Status ForgetOld(Database& database, absl::Time now) {
  constexpr int kRowsMax = 1000;  // of one write
  absl::StatusOr<int64_t> pruned = kRowsMax;
  while (pruned.ok() && *pruned == kRowsMax) {
    pruned = storage::PruneRequests(database, now - storage::kRequestKept, kRowsMax);
  }
  absl::Status status = pruned.status();
  status.Update(Compact(database, now - kChangesKept, kRowsMax).status());
  return status;
}

}  // namespace schutznetz::changes
