#include "services/common/storage/postgres/postgres_writers.h"

#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/driver_status.h"
#include "services/common/storage/postgres/postgres_transaction.h"

namespace schutznetz::storage::postgres {
namespace {

using std::chrono::steady_clock;

constexpr auto kWaitForWrites = std::chrono::seconds(1);

// The same number in every replica: FNV-1a of the schema, since locks are shared by all schemas of a database.
int64_t LogLockOf(std::string_view schema) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : schema) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return static_cast<int64_t>(hash);
}

}  // namespace

Writers::Writers(const DatabaseOptions& options, std::vector<std::unique_ptr<Connection>> connections,
                 CommitListeners& listeners, Counters& counters, Hints& hints)
    : options_(options),
      listeners_(listeners),
      counters_(counters),
      hints_(hints),
      log_lock_(LogLockOf(options.schema)),
      queue_(options.writes_waiting_max, counters),
      connected_(static_cast<int>(connections.size())) {
  for (std::unique_ptr<Connection>& connection : connections) {
    threads_.emplace_back([this, mine = std::move(connection)]() mutable { Run(std::move(mine)); });
  }
}

Writers::~Writers() {
  queue_.Close();
  for (std::thread& thread : threads_) thread.join();
}

void Writers::Run(std::unique_ptr<Connection> connection) {
  Backoff backoff;
  while (!queue_.finished()) {
    if (connection == nullptr) {
      connection = Reconnect(backoff);
      continue;
    }
    const steady_clock::time_point now = steady_clock::now();
    std::vector<PendingWrite> writes = queue_.Take(1, 1, now, now + kWaitForWrites);
    if (connection->IsStale()) {  // before the write: it has not begun and need not fail
      connection.reset();
      --connected_;
      connection = Reconnect(backoff);
    }
    for (PendingWrite& write : writes) {
      if (connection != nullptr) {
        RunOne(*connection, write);
      } else {
        write.status = RefusedForNow();
      }
      Finish(write, counters_);
    }
    if (connection != nullptr && connection->broken()) {
      connection.reset();
      --connected_;
    }
  }
}

std::unique_ptr<Connection> Writers::Reconnect(Backoff& backoff) {
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(options_, Use::kStatements, absl::InfiniteFuture());
  if (connection.ok()) {
    backoff.Reset();
    ++connected_;
    counters_.reconnects.fetch_add(1, std::memory_order_relaxed);
    return *std::move(connection);
  }
  if (options_.log) options_.log("postgres_connect_failed", std::string(connection.status().message()));
  if (connected_ == 0) RefuseAll();
  queue_.WaitForClose(absl::ToChronoMilliseconds(backoff.Next()));
  return nullptr;
}

void Writers::RefuseAll() {
  const steady_clock::time_point now = steady_clock::now();
  for (PendingWrite& write : queue_.Take(static_cast<size_t>(options_.writes_waiting_max), 1, now, now)) {
    write.status = RefusedForNow();
    Finish(write, counters_);
  }
}

void Writers::RunOne(Connection& connection, PendingWrite& write) {
  const absl::Time now = absl::Now();
  if (now > write.deadline) {
    write.status = errors::DeadlinePassed();
    return;
  }
  PostgresTransaction transaction(connection, log_lock_, write.deadline, now);
  write.status = transaction.End(write.work(transaction), write.info);
  if (!write.status.ok()) return;
  counters_.commits.fetch_add(1, std::memory_order_relaxed);
  transaction.TellChain();
  if (write.info.position.number == 0) return;
  listeners_.Call(transaction.TakeCommitted(write.info));
  hints_.Committed();
}

}  // namespace schutznetz::storage::postgres
