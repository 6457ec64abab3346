// Transactions over a Connection.
#pragma once

#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/change_rows.h"
#include "services/common/storage/sqlite/sqlite_connection.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage::sqlite {

// A failed statement is remembered by the connection and fails the rest (transaction.h).
class SqliteReadTransaction final : public ReadTransaction {
 public:
  SqliteReadTransaction(Connection& connection, absl::Time deadline) : connection_(connection), deadline_(deadline) {}

  absl::Status Query(const Sql& sql, Values values, RowCallback row) override {
    if (!connection_.failure().ok()) return connection_.failure();
    if (absl::Now() > deadline_) return errors::DeadlinePassed();  // short statements are never interrupted
    return connection_.Query(sql, values, row);
  }

 private:
  Connection& connection_;
  const absl::Time deadline_;
};

class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(Connection& connection, absl::Time now) : connection_(connection), now_(now) {}

  absl::Status Query(const Sql& sql, Values values, RowCallback row) override {
    return connection_.failure().ok() ? connection_.Query(sql, values, row) : connection_.failure();
  }
  absl::StatusOr<int64_t> Execute(const Sql& sql, Values values) override {
    if (!connection_.failure().ok()) return connection_.failure();
    return connection_.Execute(sql, values);
  }
  absl::Status ExecuteLater(const Sql& sql, Values values) override { return Execute(sql, values).status(); }
  void AppendChange(ChangeRecord change) override { changes_.Append(std::move(change)); }
  const std::vector<ChangeRecord>& appended_changes() const override { return changes_.records(); }
  void AppendLine(const Chain& chain, ChainLine line) override { lines_.Append(chain, std::move(line)); }
  absl::Time now() const override { return now_; }

  ChangeBuffer& changes() { return changes_; }
  const ChainLines& lines() const { return lines_; }

 private:
  Connection& connection_;
  const absl::Time now_;
  ChangeBuffer changes_;
  ChainLines lines_;
};

}  // namespace schutznetz::storage::sqlite
