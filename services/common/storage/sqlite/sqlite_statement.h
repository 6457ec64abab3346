// One prepared statement and the row it stands on.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage::sqlite {

// Owns a statement; used by the thread of its connection.
class Statement {
 public:
  static absl::StatusOr<std::unique_ptr<Statement>> Prepare(sqlite3* db, std::string_view sql, bool kept);

  // True while a query runs on it: a nested query of the same text needs a statement of its own.
  bool in_use() const { return in_use_; }

  // Binds, steps through all rows, resets. A refusal by `row` ends it and is returned in `refusal`, not as status: the
  // statement itself did not fail.
  absl::Status Run(Values values, RowCallback row, absl::Status& refusal);

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  absl::Status Bind(Values values);
  absl::Status Step(RowCallback row, absl::Status& refusal);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  bool in_use_ = false;
};

}  // namespace schutznetz::storage::sqlite
