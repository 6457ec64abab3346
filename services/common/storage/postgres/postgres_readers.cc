#include "services/common/storage/postgres/postgres_readers.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/driver_status.h"
#include "services/common/storage/postgres/postgres_transaction.h"

namespace schutznetz::storage::postgres {

Readers::Readers(const DatabaseOptions& options, Counters& counters)
    : options_(options),
      counters_(counters),
      pool_(options.readers, options.readers_waiting_max,
            [this](absl::Time deadline) { return OpenUnlessDown(deadline); }) {}

absl::StatusOr<std::unique_ptr<Connection>> Readers::OpenUnlessDown(absl::Time deadline) {
  {
    const std::lock_guard lock(mutex_);
    if (absl::Now() < next_try_) return RefusedForNow();
  }
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options_, Use::kStatements, deadline);
  const std::lock_guard lock(mutex_);
  if (connection.ok()) {
    backoff_.Reset();
    next_try_ = absl::InfinitePast();
  } else if (!absl::IsDeadlineExceeded(connection.status())) {  // that says more about the caller than the server
    next_try_ = absl::Now() + backoff_.Next();
  }
  return connection;
}

absl::Status Readers::ReadOnce(absl::FunctionRef<absl::Status(ReadTransaction&)> work, absl::Time deadline,
                               bool& again) {
  ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  if (connection->IsStale()) {
    connection.Discard();
    ASSIGN_OR_RETURN(std::unique_ptr<Connection> fresh, OpenUnlessDown(deadline));
    connection.Replace(std::move(fresh));
  }
  counters_.reads_running.fetch_add(1, std::memory_order_relaxed);
  PostgresReadTransaction transaction(*connection, std::min(deadline, absl::Now() + kSnapshotMax));
  absl::Status status = work(transaction);
  again = transaction.never_answered();
  const absl::Status end = transaction.End();
  if (connection->broken()) connection.Discard();
  counters_.reads_running.fetch_sub(1, std::memory_order_relaxed);
  return status.ok() ? end : status;
}

absl::Status Readers::Read(absl::FunctionRef<absl::Status(ReadTransaction&)> work, absl::Time deadline) {
  bool again = false;
  const absl::Status status = ReadOnce(work, deadline, again);
  if (!again) return status;
  counters_.reconnects.fetch_add(1, std::memory_order_relaxed);
  return ReadOnce(work, deadline, again);
}

}  // namespace schutznetz::storage::postgres
