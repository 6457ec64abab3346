// What code sees of the database while it is inside a transaction.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/chain.h"
#include "services/common/storage/change_record.h"
#include "services/common/storage/sql.h"

namespace schutznetz::storage {

// One row of a result. Valid during the callback only; what Text and Blob return points into the driver's memory.
// Reading a column as something it is not (or a column that is not there) gives zero or empty, and the query then
// returns INTERNAL. NULL reads as zero or empty everywhere.
class Row {
 public:
  virtual bool IsNull(int column) const = 0;
  virtual int64_t Int(int column) const = 0;
  virtual double Double(int column) const = 0;
  virtual std::string_view Text(int column) const = 0;
  virtual std::string_view Blob(int column) const = 0;
  bool Bool(int column) const { return Int(column) != 0; }
  absl::Time Time(int column) const { return absl::FromUnixMicros(Int(column)); }

 protected:
  ~Row() = default;
};

using RowCallback = absl::FunctionRef<absl::Status(const Row&)>;

// A consistent snapshot. Used by one thread, during the call that was given it.
//
// Codes of every statement below:
//   ALREADY_EXISTS       a unique index or primary key refuses the row
//   FAILED_PRECONDITION  a foreign key or CHECK refuses it
//   DEADLINE_EXCEEDED    the deadline passed, or the statement took longer than two seconds
//   UNAVAILABLE          the database is away, full or busy (lock not granted within a second, deadlock): try again
//   INTERNAL             the statement is wrong for this schema
//   DATA_LOSS            the files are damaged
// A failed statement fails the transaction on both engines: later statements return the same status and nothing is
// committed. Use ON CONFLICT where a duplicate is expected. A refusal of the row callback ends the query and is
// returned, but fails nothing.
class ReadTransaction {
 public:
  // Runs a SELECT (in a Transaction also … RETURNING) and calls `row` for each row in order. Results are held in memory
  // on PostgreSQL: page through long ones with LIMIT and a key. Queries may be nested.
  virtual absl::Status Query(const Sql& sql, Values values, RowCallback row) = 0;

  // Query for at most one row: true when there was one. `row` is not called otherwise; further rows are an INTERNAL
  // error.
  absl::StatusOr<bool> QueryRow(const Sql& sql, Values values, absl::FunctionRef<void(const Row&)> row);

 protected:
  ~ReadTransaction() = default;
};

// A transaction that may write. On PostgreSQL other writes run beside it at READ COMMITTED: whatever a decision depends
// on is read with FOR UPDATE (or guarded by a unique index), in one order of tables everywhere.
class Transaction : public ReadTransaction {
 public:
  // Runs INSERT, UPDATE or DELETE; returns the number of rows it touched.
  virtual absl::StatusOr<int64_t> Execute(const Sql& sql, Values values) = 0;

  // Execute for those who need no count: saves a round trip on PostgreSQL, where it runs with the next statement or the
  // commit, in order. Values are copied. A failure shows there, and fails the write with its own status.
  virtual absl::Status ExecuteLater(const Sql& sql, Values values) = 0;

  // Adds a row to the change log. All rows of a write get consecutive numbers at commit, in the order of the calls.
  // At most 10 000 per write; a bad or surplus record fails the write with INTERNAL.
  virtual void AppendChange(ChangeRecord change) = 0;
  // The rows added so far.
  virtual const std::vector<ChangeRecord>& appended_changes() const = 0;

  // Adds a line to a chained log. Lines of a write follow each other, in the order of the calls. `chain` must outlive
  // the write; one chain per database. What is read of the log in this write, or in others before their commit, is
  // without it.
  virtual void AppendLine(const Chain& chain, ChainLine line) = 0;

  // The time of the write: the same for all its rows, taken from the clock when the transaction began.
  virtual absl::Time now() const = 0;

 protected:
  ~Transaction() = default;
};

}  // namespace schutznetz::storage
