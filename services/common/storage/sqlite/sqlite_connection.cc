#include "services/common/storage/sqlite/sqlite_connection.h"

#include <chrono>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/dialect.h"
#include "services/common/storage/sqlite/sqlite_status.h"

namespace schutznetz::storage::sqlite {
namespace {

constexpr int kProgressInstructions = 4000;  // tens of microseconds between two looks at the clock
constexpr int kBusyTimeoutMs = 1000;         // only recovery and RESTART checkpoints hold locks at all

constexpr char kPragmas[] =
    "PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; "
    "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; "
    "PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 0;";

int64_t MonotonicNanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Role role) {
  const int access = role == Role::kWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) return StatusOf(db, code);
  RETURN_IF_ERROR(connection->Configure(role));
  return connection;
}

absl::Status Connection::Configure(Role role) {
  sqlite3_busy_timeout(db_.get(), kBusyTimeoutMs);
  sqlite3_progress_handler(db_.get(), kProgressInstructions, OnProgress, this);
  InterruptAt(absl::InfiniteFuture());
  RETURN_IF_ERROR(Script(kPragmas));
  RETURN_IF_ERROR(Script(role == Role::kWriter ? "PRAGMA cache_size = -65536" : "PRAGMA cache_size = -8192"));  // KiB
  if (role == Role::kReader) {
    int is_set = 0;
    sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &is_set);
    return is_set == 1 ? Script("PRAGMA query_only = ON") : errors::Internal("SQLite refuses NO_CKPT_ON_CLOSE.");
  }
  std::string mode;
  RETURN_IF_ERROR(Query("PRAGMA journal_mode = WAL", {}, [&](const Row& row) {
    mode = row.Text(0);
    return absl::OkStatus();
  }));
  return mode == "wal" ? absl::OkStatus() : absl::UnavailableError("The file system does not allow SQLite's WAL mode.");
}

void Connection::InterruptAt(absl::Time time) {
  interrupt_at_ns_ = time == absl::InfiniteFuture() ? std::numeric_limits<int64_t>::max()
                                                    : MonotonicNanos() + absl::ToInt64Nanoseconds(time - absl::Now());
}

int Connection::OnProgress(void* self) {
  return MonotonicNanos() > static_cast<Connection*>(self)->interrupt_at_ns_ ? 1 : 0;
}

absl::StatusOr<Statement*> Connection::Cached(const Sql& sql) {
  std::unique_ptr<Statement>& statement = statements_[sql.text().data()];
  if (statement == nullptr) {
    ASSIGN_OR_RETURN(statement, Statement::Prepare(db_.get(), ForSqlite(sql.text()), true));
  }
  return statement.get();
}

absl::Status Connection::Run(const Sql& sql, Values values, RowCallback row) {
  absl::Status refusal;
  absl::Status status;
  absl::StatusOr<Statement*> cached = sql.cached() ? Cached(sql) : absl::StatusOr<Statement*>(nullptr);
  if (!cached.ok()) {
    status = cached.status();
  } else if (*cached != nullptr && !(*cached)->in_use()) {
    status = (*cached)->Run(values, row, refusal);
  } else {
    absl::StatusOr<std::unique_ptr<Statement>> once = Statement::Prepare(db_.get(), ForSqlite(sql.text()), false);
    status = once.ok() ? (*once)->Run(values, row, refusal) : once.status();
  }
  if (!status.ok() && failure_.ok()) failure_ = status;
  return status.ok() ? refusal : status;
}

absl::Status Connection::Query(const Sql& sql, Values values, RowCallback row) { return Run(sql, values, row); }

absl::StatusOr<int64_t> Connection::Execute(const Sql& sql, Values values) {
  const int64_t before = sqlite3_total_changes64(db_.get());
  RETURN_IF_ERROR(Run(sql, values, [](const Row&) { return absl::OkStatus(); }));
  // sqlite3_changes64 keeps an older statement's number when this one is no INSERT, UPDATE or DELETE.
  return sqlite3_total_changes64(db_.get()) == before ? 0 : sqlite3_changes64(db_.get());
}

absl::Status Connection::Script(std::string_view sql) {
  return StatusOf(db_.get(), sqlite3_exec(db_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr));
}

}  // namespace schutznetz::storage::sqlite
