// The one thread that writes to the SQLite file.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "services/common/storage/change_rows.h"
#include "services/common/storage/commit_listeners.h"
#include "services/common/storage/completions.h"
#include "services/common/storage/counters.h"
#include "services/common/storage/open.h"
#include "services/common/storage/sqlite/chain_writer.h"
#include "services/common/storage/sqlite/checkpointer.h"
#include "services/common/storage/sqlite/sqlite_connection.h"
#include "services/common/storage/write_queue.h"

namespace schutznetz::storage::sqlite {

// Commits many waiting writes with one sync: BEGIN IMMEDIATE, a savepoint for each write (they cost nothing, measured),
// COMMIT, then all answers, also refusals, because those may rest on what another write of the group did.
class GroupWriter {
 public:
  GroupWriter(std::unique_ptr<Connection> connection, const DatabaseOptions& options, CommitListeners& listeners,
              Counters& counters);
  // Finishes what was accepted.
  ~GroupWriter();
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  bool Push(PendingWrite& write) { return queue_.Push(write); }
  absl::Status ScrubDeleted();
  // False after a group that could not be committed, until the next one that could.
  bool working() const { return working_; }

 private:
  void Run();
  // Runs and commits writes from `first` on, as many as one group takes; returns the index after the last of them.
  size_t RunGroup(std::vector<PendingWrite>& writes, size_t first);
  absl::Status Begin();
  // False when the engine rolled the whole group back by itself.
  bool RunOne(PendingWrite& write);
  absl::Status RunInSavepoint(PendingWrite& write);
  absl::Status InsertChanges(ChangeBuffer& changes, absl::Time now, CommitInfo& info);
  absl::Status Commit();
  void Fail(std::vector<PendingWrite>& writes, size_t first, size_t end, size_t cause, const absl::Status& status);

  const DatabaseOptions options_;
  std::unique_ptr<Connection> connection_;
  CommitListeners& listeners_;
  Counters& counters_;
  Checkpointer checkpointer_;
  WriteQueue queue_;
  Completions completions_;
  Position head_;                // of the group being written
  std::vector<Change> changes_;  // of the group being written
  ChainWriter chain_;
  std::atomic<bool> working_{true};
  std::thread thread_;
};

}  // namespace schutznetz::storage::sqlite
