// The threads that write to PostgreSQL, each with a connection of its own.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "services/common/storage/commit_listeners.h"
#include "services/common/storage/counters.h"
#include "services/common/storage/open.h"
#include "services/common/storage/postgres/backoff.h"
#include "services/common/storage/postgres/postgres_connection.h"
#include "services/common/storage/postgres/postgres_hints.h"
#include "services/common/storage/write_queue.h"

namespace schutznetz::storage::postgres {

// Lost connections are replaced with backoff; while none is left, writes are refused at once.
class Writers {
 public:
  // Takes one thread per connection.
  Writers(const DatabaseOptions& options, std::vector<std::unique_ptr<Connection>> connections,
          CommitListeners& listeners, Counters& counters, Hints& hints);
  // Finishes what was accepted.
  ~Writers();
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;

  // False when the write is refused for now.
  bool Push(PendingWrite& write) { return connected_ > 0 && queue_.Push(write); }
  bool connected() const { return connected_ > 0; }

 private:
  void Run(std::unique_ptr<Connection> connection);
  // Null when it cannot be made; waits a little then, and refuses what waits if there is no other connection.
  std::unique_ptr<Connection> Reconnect(Backoff& backoff);
  void RunOne(Connection& connection, PendingWrite& write);
  void RefuseAll();

  const DatabaseOptions options_;
  CommitListeners& listeners_;
  Counters& counters_;
  Hints& hints_;
  const int64_t log_lock_;
  WriteQueue queue_;
  std::atomic<int> connected_;
  std::vector<std::thread> threads_;
};

}  // namespace schutznetz::storage::postgres
