// Tells other replicas that there are new changes, and listens to them.
#pragma once

#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/storage/commit_listeners.h"
#include "services/common/storage/counters.h"
#include "services/common/storage/open.h"
#include "services/common/storage/postgres/postgres_connection.h"

namespace schutznetz::storage::postgres {

// One connection and one thread. NOTIFY never stands in a write transaction (it halves the rate, measured); hints are
// sent after commit, at most one every few milliseconds. Losing them costs latency only: followers poll.
class Hints {
 public:
  Hints(const DatabaseOptions& options, CommitListeners& listeners, Counters& counters);
  ~Hints();
  Hints(const Hints&) = delete;
  Hints& operator=(const Hints&) = delete;

  // Thread safe, never blocks.
  void Committed();

 private:
  void Run();
  // Sends and receives until the connection is lost or the thread is to end.
  absl::Status Serve(Connection& connection);
  absl::Status Receive(Connection& connection);
  // Waits for a commit here, for the socket (if any) or for `time`. False when the thread is to end.
  bool Wait(int socket, absl::Duration time);

  const DatabaseOptions options_;
  CommitListeners& listeners_;
  Counters& counters_;
  const std::string channel_;
  const int event_;  // eventfd: readable after a commit here, or at the end
  std::atomic<bool> committed_{false};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace schutznetz::storage::postgres
