// How connections to PostgreSQL are made.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/open.h"

namespace schutznetz::storage::postgres {

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, CloseConnection>;

enum class Use {
  kStatements,    // statement_timeout 2 s, lock_timeout 1 s, idle transaction 5 s
  kSchemaChange,  // no time limit per statement
};

// A connected session in the schema of `options`, with synchronous commit, in non-blocking mode. UNAVAILABLE when there
// is none within two seconds, DEADLINE_EXCEEDED when `deadline` passed before.
absl::StatusOr<ConnectionHandle> Connect(const DatabaseOptions& options, Use use, absl::Time deadline);

// Waits until the socket can do one of `events` (POLLIN, POLLOUT). False at `deadline`.
bool WaitForSocket(PGconn* connection, short events, absl::Time deadline);

}  // namespace schutznetz::storage::postgres
