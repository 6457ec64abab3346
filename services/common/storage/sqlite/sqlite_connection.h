// One connection to the SQLite file.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/session.h"
#include "services/common/storage/sqlite/sqlite_statement.h"

namespace schutznetz::storage::sqlite {

// Used by one thread at a time. There is one writer per file; it alone commits and makes checkpoints, because the
// packaged 3.40.1 can corrupt a file when the two race. Readers never do either, also not on close.
class Connection final : public Session {
 public:
  enum class Role { kWriter, kReader };

  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, Role role);

  // A refusal by `row` is returned as it is and leaves statement_failed() alone.
  absl::Status Query(const Sql& sql, Values values, RowCallback row) override;
  absl::StatusOr<int64_t> Execute(const Sql& sql, Values values) override;
  absl::Status Script(std::string_view sql) override;
  absl::Status BeginSchemaChange() override { return Script("BEGIN IMMEDIATE"); }

  // The first failure of a statement since ForgetFailure; OK if none.
  const absl::Status& failure() const { return failure_; }
  void ForgetFailure() { failure_ = absl::OkStatus(); }

  // Statements that run past `time` are interrupted and fail with DEADLINE_EXCEEDED.
  void InterruptAt(absl::Time time);

  // False when no transaction is open, for example because the engine rolled it back by itself.
  bool in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

  sqlite3* handle() const { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };

  explicit Connection(sqlite3* db) : db_(db) {}

  absl::Status Configure(Role role);
  absl::Status Run(const Sql& sql, Values values, RowCallback row);
  absl::StatusOr<Statement*> Cached(const Sql& sql);
  static int OnProgress(void* self);

  std::unique_ptr<sqlite3, Close> db_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;  // by literal; closed before db_
  absl::Status failure_;
  int64_t interrupt_at_ns_ = 0;
};

}  // namespace schutznetz::storage::sqlite
