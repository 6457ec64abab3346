// Reading the change log. Writing is Transaction::AppendChange.
//
// Order holds on both engines: a reader that saw number n has seen, or can read, every number below n.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/change_record.h"
#include "services/common/storage/database.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::changes {

using storage::Change;
using storage::ChangeOperation;
using storage::ChangeRecord;
using storage::Position;

// Where the log stands in the reader's snapshot. Changes with floor < number <= head can be read.
struct LogState {
  int64_t epoch = 0;
  int64_t floor = 0;
  int64_t head = 0;

  Position position() const { return {epoch, head}; }
};

// UNAVAILABLE and the like as in ReadTransaction.
absl::StatusOr<LogState> ReadLogState(storage::ReadTransaction& tx);

// The position after the last visible change, read in a snapshot of its own. For whoever lists first and watches then:
// read it before, or in the same snapshot as, the list.
absl::StatusOr<Position> HeadPosition(storage::Database& database, absl::Time deadline);

// Up to `count_max` changes after `after`, in order. OUT_OF_RANGE (CURSOR_TOO_OLD) when `after` is below the floor, of
// another epoch or beyond the head: the reader takes a new snapshot.
absl::StatusOr<std::vector<Change>> ReadChanges(storage::ReadTransaction& tx, const Position& after, int count_max);
// The same for a reader that has the state of this snapshot already.
absl::StatusOr<std::vector<Change>> ReadChanges(storage::ReadTransaction& tx, const LogState& state,
                                                const Position& after, int count_max);

inline constexpr absl::Duration kChangesKept = absl::Hours(14 * 24);

// Forgets changes from before `before` (now - kChangesKept). The new floor is committed first, then rows are deleted in
// writes of at most `rows_max`. Returns the number of rows deleted. Blocks; safe to repeat and on several replicas.
absl::StatusOr<int64_t> Compact(storage::Database& database, absl::Time before, int rows_max = 1000);

// Starts a new epoch, so that every cursor given out before is refused. Part of every restore, and of a failover that
// may have lost commits.
absl::StatusOr<int64_t> RenewEpoch(storage::Database& database);

// What every store forgets in time: answers kept under request ids (storage::kRequestKept) and changes (kChangesKept),
// in writes of bounded size. Blocks; safe to repeat and on several replicas. The first error, after both were tried.
absl::Status ForgetOld(storage::Database& database, absl::Time now);

}  // namespace schutznetz::changes
