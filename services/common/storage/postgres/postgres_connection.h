// One session with PostgreSQL, in pipeline mode.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/open.h"
#include "services/common/storage/postgres/postgres_connect.h"
#include "services/common/storage/postgres/postgres_result.h"
#include "services/common/storage/session.h"

namespace schutznetz::storage::postgres {

// Statements are sent without waiting and answered together at the next Sync: one round trip for all. Used by one
// thread at a time. After a lost or unanswered connection it is broken for good and must be replaced.
class Connection final : public Session {
 public:
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const DatabaseOptions& options, Use use, absl::Time deadline);

  // Adds a statement to the pipeline. Values are copied. UNAVAILABLE when broken.
  absl::Status Send(const Sql& sql, Values values);
  // Sends what is left and reads the results of all statements since the last Sync, in order. Returns the first error;
  // statements after it were not run. Breaks the connection when there is no answer by `deadline` or within 3 seconds.
  absl::Status Sync(absl::Time deadline, std::vector<Result>& results);

  bool broken() const { return broken_; }
  // True when the server ended this idle session meanwhile. Costs one system call. Not for a session that listens.
  bool IsStale();
  PGconn* handle() const { return handle_.get(); }

  // Session: each is a round trip of its own, in a transaction of its own unless a script began one.
  absl::Status Query(const Sql& sql, Values values, RowCallback row) override;
  absl::StatusOr<int64_t> Execute(const Sql& sql, Values values) override;
  absl::Status Script(std::string_view sql) override;
  absl::Status BeginSchemaChange() override;

 private:
  enum class Prepared { kNo, kSent, kYes };
  struct Statement {
    std::string name;
    Prepared prepared = Prepared::kNo;
  };
  struct Pending {
    Statement* preparing = nullptr;  // null for a statement that is run
  };

  Connection(ConnectionHandle handle, Use use) : handle_(std::move(handle)), use_(use) {}

  absl::Status SendCached(const Sql& sql, const Parameters& parameters);
  absl::Status Flush(absl::Time deadline);
  absl::Status ReadOne(const Pending& pending, absl::Time deadline, std::vector<Result>& results, absl::Status& first);
  // The next result, or null at the end of a statement's results.
  absl::StatusOr<Result> NextResult(absl::Time deadline);
  absl::StatusOr<Result> RunAlone(const Sql& sql, Values values);
  absl::Status Break(absl::Status status);
  absl::Time AnswerDeadline(absl::Time deadline) const;

  ConnectionHandle handle_;
  const Use use_;
  // By text and types of values. Bounded by the number of literals in the program.
  absl::node_hash_map<std::pair<std::string_view, std::string>, Statement> statements_;
  std::vector<Pending> pending_;
  bool broken_ = false;
};

}  // namespace schutznetz::storage::postgres
