#include "services/common/storage/postgres/postgres_connection.h"

#include <poll.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/dialect.h"
#include "services/common/storage/postgres/postgres_status.h"

namespace schutznetz::storage::postgres {
namespace {

constexpr absl::Duration kAnswerMax = absl::Seconds(3);  // a second more than statement_timeout
constexpr int kBinaryResults = 1;
constexpr char kSchemaLock[] = "SELECT pg_advisory_xact_lock(7161862434516)";

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const DatabaseOptions& options, Use use,
                                                             absl::Time deadline) {
  ASSIGN_OR_RETURN(ConnectionHandle handle, Connect(options, use, deadline));
  if (PQenterPipelineMode(handle.get()) != 1) return ConnectionLost("no pipeline mode");
  return std::unique_ptr<Connection>(new Connection(std::move(handle), use));
}

absl::Status Connection::Break(absl::Status status) {
  broken_ = true;
  pending_.clear();
  return status;
}

absl::Time Connection::AnswerDeadline(absl::Time deadline) const {
  return use_ == Use::kSchemaChange ? deadline : std::min(deadline, absl::Now() + kAnswerMax);
}

absl::Status Connection::Send(const Sql& sql, Values values) {
  if (broken_) return ConnectionLost("it was lost before");
  const Parameters parameters(values);
  if (sql.cached()) {
    RETURN_IF_ERROR(SendCached(sql, parameters));
  } else if (PQsendQueryParams(handle_.get(), ForPostgres(sql.text()).c_str(), parameters.count(), parameters.types(),
                               parameters.data(), parameters.lengths(), parameters.formats(), kBinaryResults) != 1) {
    return Break(ConnectionLost(PQerrorMessage(handle_.get())));
  }
  pending_.push_back({});
  return absl::OkStatus();
}

absl::Status Connection::SendCached(const Sql& sql, const Parameters& parameters) {
  Statement& statement = statements_[{sql.text(), parameters.signature()}];
  if (statement.prepared == Prepared::kNo) {
    if (statement.name.empty()) statement.name = absl::StrCat("s", statements_.size());
    if (PQsendPrepare(handle_.get(), statement.name.c_str(), ForPostgres(sql.text()).c_str(), parameters.count(),
                      parameters.types()) != 1) {
      return Break(ConnectionLost(PQerrorMessage(handle_.get())));
    }
    statement.prepared = Prepared::kSent;
    pending_.push_back({.preparing = &statement});
  }
  if (PQsendQueryPrepared(handle_.get(), statement.name.c_str(), parameters.count(), parameters.data(),
                          parameters.lengths(), parameters.formats(), kBinaryResults) != 1) {
    return Break(ConnectionLost(PQerrorMessage(handle_.get())));
  }
  return absl::OkStatus();
}

// The server may stop reading while it waits for us to read, so both directions are served.
absl::Status Connection::Flush(absl::Time deadline) {
  while (true) {
    const int left = PQflush(handle_.get());
    if (left == 0) return absl::OkStatus();
    if (left < 0) return Break(ConnectionLost(PQerrorMessage(handle_.get())));
    if (!WaitForSocket(handle_.get(), POLLIN | POLLOUT, deadline)) return Break(errors::DeadlinePassed());
    if (PQconsumeInput(handle_.get()) != 1) return Break(ConnectionLost(PQerrorMessage(handle_.get())));
  }
}

absl::StatusOr<Result> Connection::NextResult(absl::Time deadline) {
  while (PQisBusy(handle_.get()) != 0) {
    if (!WaitForSocket(handle_.get(), POLLIN, deadline)) {
      return Break(absl::UnavailableError("PostgreSQL does not answer in time."));
    }
    if (PQconsumeInput(handle_.get()) != 1) return Break(ConnectionLost(PQerrorMessage(handle_.get())));
  }
  Result result(PQgetResult(handle_.get()));
  if (PQstatus(handle_.get()) == CONNECTION_BAD) return Break(ConnectionLost(PQerrorMessage(handle_.get())));
  return result;
}

absl::Status Connection::ReadOne(const Pending& pending, absl::Time deadline, std::vector<Result>& results,
                                 absl::Status& first) {
  ASSIGN_OR_RETURN(Result result, NextResult(deadline));
  if (result == nullptr) return Break(ConnectionLost("a result is missing"));
  ASSIGN_OR_RETURN(const Result end, NextResult(deadline));
  if (end != nullptr) return Break(errors::Internal("A statement had two results."));
  const bool skipped = PQresultStatus(result.get()) == PGRES_PIPELINE_ABORTED;
  const absl::Status status = skipped ? absl::OkStatus() : StatusOf(result.get());
  if (pending.preparing != nullptr) {
    pending.preparing->prepared = skipped || !status.ok() ? Prepared::kNo : Prepared::kYes;
  }
  if (first.ok() && !status.ok()) {
    first = status;
    if (AsksForNewConnection(result.get())) first = Break(ConnectionLost("the schema changed"));
  }
  if (pending.preparing == nullptr) results.push_back(std::move(result));
  return absl::OkStatus();
}

absl::Status Connection::Sync(absl::Time deadline, std::vector<Result>& results) {
  if (broken_) return ConnectionLost("it was lost before");
  deadline = AnswerDeadline(deadline);
  if (PQpipelineSync(handle_.get()) != 1) return Break(ConnectionLost(PQerrorMessage(handle_.get())));
  RETURN_IF_ERROR(Flush(deadline));
  absl::Status first;
  for (const Pending& pending : std::exchange(pending_, {})) {
    RETURN_IF_ERROR(ReadOne(pending, deadline, results, first));
  }
  ASSIGN_OR_RETURN(const Result sync, NextResult(deadline));
  if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC)
    return Break(ConnectionLost("the end of a pipeline is missing"));
  return first;
}

// Nobody sends anything to an idle session but a farewell (or, rarely, a changed setting: then a new one does no harm).
bool Connection::IsStale() {
  pollfd poll_fd{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
  return broken_ || poll(&poll_fd, 1, 0) != 0;
}

absl::StatusOr<Result> Connection::RunAlone(const Sql& sql, Values values) {
  RETURN_IF_ERROR(Send(sql, values));
  std::vector<Result> results;
  RETURN_IF_ERROR(Sync(absl::InfiniteFuture(), results));
  return std::move(results.back());
}

absl::Status Connection::Query(const Sql& sql, Values values, RowCallback row) {
  ASSIGN_OR_RETURN(const Result result, RunAlone(sql, values));
  absl::Status refusal;
  RETURN_IF_ERROR(ForEachRow(result.get(), row, refusal));
  return refusal;
}

absl::StatusOr<int64_t> Connection::Execute(const Sql& sql, Values values) {
  ASSIGN_OR_RETURN(const Result result, RunAlone(sql, values));
  return AffectedRows(result.get());
}

// Several statements in one text need the simple protocol, which pipeline mode excludes.
absl::Status Connection::Script(std::string_view sql) {
  if (broken_) return ConnectionLost("it was lost before");
  if (PQexitPipelineMode(handle_.get()) != 1 || PQsendQuery(handle_.get(), std::string(sql).c_str()) != 1) {
    return Break(ConnectionLost(PQerrorMessage(handle_.get())));
  }
  const absl::Time deadline = AnswerDeadline(absl::InfiniteFuture());
  RETURN_IF_ERROR(Flush(deadline));
  absl::Status first;
  while (true) {
    ASSIGN_OR_RETURN(const Result result, NextResult(deadline));
    if (result == nullptr) break;
    if (first.ok()) first = StatusOf(result.get());
  }
  if (PQenterPipelineMode(handle_.get()) != 1) return Break(ConnectionLost("no pipeline mode"));
  return first;
}

absl::Status Connection::BeginSchemaChange() {
  RETURN_IF_ERROR(Script("BEGIN"));
  const absl::Status status = Script(kSchemaLock);
  if (!status.ok()) Script("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace schutznetz::storage::postgres
