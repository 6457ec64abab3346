// Transactions over a Connection.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "services/common/storage/change_rows.h"
#include "services/common/storage/database.h"
#include "services/common/storage/postgres/postgres_connection.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage::postgres {

// What both kinds share: BEGIN travels with the first statement, and a failure sticks (transaction.h).
class TransactionCore {
 public:
  TransactionCore(Connection& connection, absl::Time deadline) : connection_(connection), deadline_(deadline) {}

  absl::Status Send(const Sql& begin, const Sql& sql, Values values);
  // Sends and waits; the result of `sql`.
  absl::StatusOr<Result> Run(const Sql& begin, const Sql& sql, Values values);
  absl::Status Query(const Sql& begin, const Sql& sql, Values values, RowCallback row);
  // Waits for everything sent; `results` gets one for each statement of this transaction since the last wait.
  absl::Status Sync(std::vector<Result>& results);
  void RollBack();

  bool begun() const { return begun_; }
  bool answered() const { return answered_; }
  const absl::Status& failure() const { return failure_; }
  Connection& connection() const { return connection_; }
  // From here on the outcome is what counts, not how long it takes.
  void IgnoreDeadline() { deadline_ = absl::InfiniteFuture(); }

 private:
  Connection& connection_;
  absl::Time deadline_;
  bool begun_ = false;
  bool answered_ = false;  // the server answered at least once
  absl::Status failure_;
};

// One snapshot: REPEATABLE READ, read-only.
class PostgresReadTransaction final : public ReadTransaction {
 public:
  PostgresReadTransaction(Connection& connection, absl::Time deadline) : core_(connection, deadline) {}

  absl::Status Query(const Sql& sql, Values values, RowCallback row) override;
  // Ends the transaction and returns the failure of a statement, if there was one.
  absl::Status End();
  // The connection was lost before any answer: everything may be tried again on another one.
  bool never_answered() const { return core_.begun() && !core_.answered() && core_.connection().broken(); }

 private:
  TransactionCore core_;
};

class PostgresTransaction final : public Transaction {
 public:
  PostgresTransaction(Connection& connection, int64_t log_lock, absl::Time deadline, absl::Time now)
      : core_(connection, deadline), log_lock_(log_lock), now_(now) {}

  absl::Status Query(const Sql& sql, Values values, RowCallback row) override;
  absl::StatusOr<int64_t> Execute(const Sql& sql, Values values) override;
  absl::Status ExecuteLater(const Sql& sql, Values values) override;
  void AppendChange(ChangeRecord change) override { changes_.Append(std::move(change)); }
  const std::vector<ChangeRecord>& appended_changes() const override { return changes_.records(); }
  void AppendLine(const Chain& chain, ChainLine line) override { lines_.Append(chain, std::move(line)); }
  absl::Time now() const override { return now_; }

  // Ends the transaction with what `work` returned: in one round trip the log's lock, chained lines, the change rows
  // with their numbers, COMMIT. The lock comes last and is held for the commit only, so numbers become visible in
  // order.
  absl::Status End(absl::Status work, CommitInfo& info);
  // After a good End with changes.
  Committed TakeCommitted(const CommitInfo& info);
  // After a good End: says to the chain where it stands.
  void TellChain() const;

 private:
  absl::Status SendCommit();
  absl::Status SendLines();
  CommitInfo InfoOf(const std::vector<Result>& results);

  TransactionCore core_;
  const int64_t log_lock_;
  const absl::Time now_;
  ChangeBuffer changes_;
  ChainLines lines_;
  int64_t last_line_ = 0;
};

}  // namespace schutznetz::storage::postgres
