// Read connections of PostgreSQL.
#pragma once

#include <memory>
#include <mutex>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/storage/connection_pool.h"
#include "services/common/storage/counters.h"
#include "services/common/storage/open.h"
#include "services/common/storage/postgres/backoff.h"
#include "services/common/storage/postgres/postgres_connection.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage::postgres {

// Thread safe. After a failed try to connect reads are refused at once until the next try is due.
class Readers {
 public:
  Readers(const DatabaseOptions& options, Counters& counters);

  // As Database::Read.
  absl::Status Read(absl::FunctionRef<absl::Status(ReadTransaction&)> work, absl::Time deadline);

 private:
  absl::StatusOr<std::unique_ptr<Connection>> OpenUnlessDown(absl::Time deadline);
  // Sets `again` when the connection was found dead before it answered anything.
  absl::Status ReadOnce(absl::FunctionRef<absl::Status(ReadTransaction&)> work, absl::Time deadline, bool& again);

  const DatabaseOptions options_;
  Counters& counters_;
  std::mutex mutex_;
  Backoff backoff_;
  absl::Time next_try_ = absl::InfinitePast();
  ConnectionPool<Connection> pool_;
};

}  // namespace schutznetz::storage::postgres
