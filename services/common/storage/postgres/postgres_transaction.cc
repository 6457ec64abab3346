#include "services/common/storage/postgres/postgres_transaction.h"

#include <string_view>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::storage::postgres {
namespace {

constexpr Sql kBegin = "BEGIN";
constexpr Sql kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr Sql kRollback = "ROLLBACK";
constexpr Sql kCommit = "COMMIT";
constexpr Sql kLockLog = "SELECT pg_advisory_xact_lock(?1)";
// Under the lock every earlier number is visible to this statement, so numbers have no gaps.
constexpr Sql kInsertChange =
    "INSERT INTO changes (number, kind, name, operation, tags, time, trace_id) "
    "SELECT GREATEST(floor, COALESCE((SELECT MAX(number) FROM changes), 0)) + 1, ?1, ?2, ?3, ?4, ?5, ?6 "
    "FROM change_log WHERE id = 1 RETURNING number, (SELECT epoch FROM change_log WHERE id = 1)";

}  // namespace

absl::Status TransactionCore::Send(const Sql& begin, const Sql& sql, Values values) {
  if (!failure_.ok()) return failure_;
  if (absl::Now() > deadline_) return failure_ = errors::DeadlinePassed();
  if (!begun_) failure_ = connection_.Send(begin, {});
  begun_ = true;
  if (failure_.ok()) failure_ = connection_.Send(sql, values);
  return failure_;
}

absl::Status TransactionCore::Sync(std::vector<Result>& results) {
  if (!failure_.ok()) return failure_;
  failure_ = connection_.Sync(deadline_, results);
  answered_ = answered_ || !connection_.broken();
  return failure_;
}

absl::StatusOr<Result> TransactionCore::Run(const Sql& begin, const Sql& sql, Values values) {
  RETURN_IF_ERROR(Send(begin, sql, values));
  std::vector<Result> results;
  RETURN_IF_ERROR(Sync(results));
  return std::move(results.back());
}

absl::Status TransactionCore::Query(const Sql& begin, const Sql& sql, Values values, RowCallback row) {
  ASSIGN_OR_RETURN(const Result result, Run(begin, sql, values));
  absl::Status refusal;
  if (absl::Status status = ForEachRow(result.get(), row, refusal); !status.ok()) return failure_ = std::move(status);
  return refusal;
}

void TransactionCore::RollBack() {
  if (!begun_ || connection_.broken()) return;
  std::vector<Result> results;
  if (connection_.Send(kRollback, {}).ok()) connection_.Sync(absl::InfiniteFuture(), results).IgnoreError();
}

absl::Status PostgresReadTransaction::Query(const Sql& sql, Values values, RowCallback row) {
  return core_.Query(kBeginRead, sql, values, row);
}

absl::Status PostgresReadTransaction::End() {
  core_.RollBack();
  return core_.failure();
}

absl::Status PostgresTransaction::Query(const Sql& sql, Values values, RowCallback row) {
  return core_.Query(kBegin, sql, values, row);
}

absl::StatusOr<int64_t> PostgresTransaction::Execute(const Sql& sql, Values values) {
  ASSIGN_OR_RETURN(const Result result, core_.Run(kBegin, sql, values));
  return AffectedRows(result.get());
}

absl::Status PostgresTransaction::ExecuteLater(const Sql& sql, Values values) {
  return core_.Send(kBegin, sql, values);
}

absl::Status PostgresTransaction::SendCommit() {
  if (!changes_.records().empty()) RETURN_IF_ERROR(core_.Send(kBegin, kLockLog, {log_lock_}));
  for (const ChangeRecord& change : changes_.records()) {
    RETURN_IF_ERROR(core_.Send(kBegin, kInsertChange,
                               {change.kind, change.name, static_cast<int64_t>(change.operation), JoinTags(change.tags),
                                now_, change.trace_id}));
  }
  return core_.begun() ? core_.Send(kBegin, kCommit, {}) : absl::OkStatus();
}

CommitInfo PostgresTransaction::InfoOf(const std::vector<Result>& results, size_t changes) {
  CommitInfo info;
  if (changes == 0) return info;
  absl::Status refusal;
  const PGresult* last_insert = results[results.size() - 2].get();
  ForEachRow(
      last_insert,
      [&](const Row& row) {
        info.position = {.epoch = row.Int(1), .number = row.Int(0)};
        return absl::OkStatus();
      },
      refusal)
      .IgnoreError();
  return info;
}

absl::Status PostgresTransaction::End(absl::Status work, CommitInfo& info) {
  if (work.ok()) work = core_.failure();  // also when `work` took no notice of it
  if (work.ok()) work = changes_.status();
  if (!work.ok()) {
    core_.RollBack();
    return work;
  }
  core_.IgnoreDeadline();
  std::vector<Result> results;
  absl::Status status = SendCommit();
  if (status.ok() && core_.begun()) status = core_.Sync(results);
  if (status.ok() && core_.begun() && std::string_view(PQcmdStatus(results.back().get())) != "COMMIT") {
    return errors::Internal("PostgreSQL rolled back instead of committing.");
  }
  if (status.ok()) {
    info = InfoOf(results, changes_.records().size());
    return status;
  }
  // The server may have committed before the connection went.
  info.outcome_unknown = core_.connection().broken();
  core_.RollBack();
  return status;
}

}  // namespace schutznetz::storage::postgres
