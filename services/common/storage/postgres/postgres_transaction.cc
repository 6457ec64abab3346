#include "services/common/storage/postgres/postgres_transaction.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::storage::postgres {
namespace {

constexpr size_t kLinesMadeByServer = 4;

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

// A few lines are put together by the server. With many, each would move the end of the chain once more; a round trip
// under the lock costs less.
absl::Status PostgresTransaction::SendLines() {
  if (lines_.lines.size() <= kLinesMadeByServer) {
    for (const ChainLine& line : lines_.lines) {
      RETURN_IF_ERROR(core_.Send(kBegin, lines_.chain->append, {line.before_number, line.before_hash, line.end}));
    }
    return absl::OkStatus();
  }
  std::string hash;
  RETURN_IF_ERROR(core_.Query(kBegin, lines_.chain->read_end, {}, [&](const Row& row) {
    last_line_ = row.Int(0);
    hash = row.Text(1);
    return absl::OkStatus();
  }));
  if (hash.empty()) return errors::Internal("A chained log was never begun.");
  for (const ChainLine& line : lines_.lines) {
    const std::string text = absl::StrCat(line.before_number, ++last_line_, line.before_hash, hash, line.end);
    RETURN_IF_ERROR(core_.Send(kBegin, lines_.chain->insert_line, {last_line_, text}));
    hash = lines_.chain->hash_of(text);
  }
  return core_.Send(kBegin, lines_.chain->move_end, {last_line_, hash});
}

absl::Status PostgresTransaction::SendCommit() {
  const bool locks = !changes_.records().empty() || !lines_.lines.empty();
  if (locks) RETURN_IF_ERROR(core_.Send(kBegin, kLockLog, {log_lock_}));
  RETURN_IF_ERROR(SendLines());
  for (const ChangeRecord& change : changes_.records()) {
    RETURN_IF_ERROR(core_.Send(kBegin, kInsertChange,
                               {change.kind, change.name, static_cast<int64_t>(change.operation), JoinTags(change.tags),
                                now_, change.trace_id}));
  }
  return core_.begun() ? core_.Send(kBegin, kCommit, {}) : absl::OkStatus();
}

// The results end with those of the lines, of the changes, and of COMMIT.
CommitInfo PostgresTransaction::InfoOf(const std::vector<Result>& results) {
  CommitInfo info;
  if (changes_.records().empty() && lines_.lines.empty()) return info;
  absl::Status refusal;
  const size_t after_lines = results.size() - 1 - changes_.records().size();
  if (!lines_.lines.empty() && last_line_ == 0) {
    const auto take = [this](const Row& row) {
      last_line_ = row.Int(0);
      return absl::OkStatus();
    };
    ForEachRow(results[after_lines - 1].get(), take, refusal).IgnoreError();
  }
  if (changes_.records().empty()) return info;
  const auto take = [&info](const Row& row) {
    info.position = {.epoch = row.Int(1), .number = row.Int(0)};
    return absl::OkStatus();
  };
  ForEachRow(results[results.size() - 2].get(), take, refusal).IgnoreError();
  return info;
}

void PostgresTransaction::TellChain() const {
  if (last_line_ > 0 && lines_.chain->appended) lines_.chain->appended(last_line_, lines_.lines.size());
}

Committed PostgresTransaction::TakeCommitted(const CommitInfo& info) {
  const int64_t first = info.position.number - static_cast<int64_t>(changes_.records().size()) + 1;
  return {info.position.epoch, changes_.TakeNumbered(first, now_)};
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
    info = InfoOf(results);
    return status;
  }
  // The server may have committed before the connection went.
  info.outcome_unknown = core_.connection().broken();
  core_.RollBack();
  return status;
}

}  // namespace schutznetz::storage::postgres
