// The database of one server: SQLite or PostgreSQL behind one interface.
//
//   ASSIGN_OR_RETURN(std::unique_ptr<Database> database, storage::Open(options, {&DirectoryMigrations()}));
//   database->Write(
//       [request](Transaction& tx) -> absl::Status {
//         ASSIGN_OR_RETURN(const int64_t rows, tx.Execute("UPDATE services SET body = ?2 WHERE name = ?1", {…}));
//         if (rows == 0) return errors::NotFound(request.name);
//         tx.AppendChange({.kind = "service", .name = request.name, .operation = ChangeOperation::kUpdated});
//         return absl::OkStatus();
//       },
//       [call](absl::Status status, const CommitInfo& commit) { call->Finish(status); }, deadline);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/change_record.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage {

enum class Engine { kSqlite, kPostgres };

// How a write ended.
struct CommitInfo {
  Position position;  // of the last change of this write; number 0 when it appended none
  bool outcome_unknown =
      false;  // with UNAVAILABLE: the connection was lost during COMMIT; repeat with the same request_id
};

// Called once per write, on a thread of the database: hold no locks that a commit listener or work takes, and be brief.
using WriteWork = absl::AnyInvocable<absl::Status(Transaction&)>;
using WriteDone = absl::AnyInvocable<void(absl::Status, const CommitInfo&)>;
using CommitListener = std::function<void(const Committed&)>;

// Figures for metrics; each is a snapshot of its own.
struct DatabaseStatistics {
  int64_t writes_waiting = 0;    // accepted, not yet answered
  int64_t writes_committed = 0;  // since start
  int64_t writes_refused = 0;    // work returned an error, or the deadline passed, since start
  int64_t commits = 0;           // syncs; many writes share one
  int64_t log_bytes = 0;         // SQLite's write-ahead log; 0 on PostgreSQL
  int64_t reads_running = 0;
  int64_t reconnects = 0;  // PostgreSQL: connections made after the first ones
};

// Thread safe. Destruction refuses new calls, finishes what was accepted and closes the database; no call may be
// running in another thread.
class Database {
 public:
  virtual ~Database() = default;

  // Runs `work` in a write transaction, once. `done` gets OK only after the commit is durable; a refusal by `work` or a
  // failed statement rolls this write back, alone, and is given to `done` after everything `work` may have read is
  // durable. Never blocks. Besides the codes of Transaction `done` gets, without `work` having run:
  //   UNAVAILABLE        the queue is full or the database is away (within this call, with RetryInfo)
  //   DEADLINE_EXCEEDED  `deadline` passed in the queue
  // `work` must be short and must not wait for anything but its statements: other writes queue behind it.
  virtual void Write(WriteWork work, WriteDone done, absl::Time deadline) = 0;

  // Write for start-up, importers and tests: blocks until done. Never call it from `work`, `done` or a commit listener.
  absl::StatusOr<CommitInfo> WriteAndWait(absl::FunctionRef<absl::Status(Transaction&)> work,
                                          absl::Time deadline = absl::InfiniteFuture());

  // Runs `work` in a read-only snapshot transaction on a connection of the pool and returns its status. Blocks: for
  // threads that may wait. A snapshot lives at most two seconds (kSnapshotMax); longer reads go page by page.
  // DEADLINE_EXCEEDED when no connection gets free in time; UNAVAILABLE at once when the database is away or too many
  // readers wait. On PostgreSQL `work` may run a second time when the connection was found dead before its first row.
  virtual absl::Status Read(absl::FunctionRef<absl::Status(ReadTransaction&)> work,
                            absl::Time deadline = absl::InfiniteFuture()) = 0;

  // Makes what was deleted unreadable in the files: SQLite empties the write-ahead log into the file (deleted content
  // is overwritten there already), PostgreSQL vacuums. Part of erasure; blocks. UNAVAILABLE when readers were in the
  // way.
  virtual absl::Status ScrubDeleted(absl::Time deadline) = 0;

  // Calls `listener` after every commit that appended changes, with these changes, which are durable and visible then,
  // before the writes of that commit are done; also when another replica hints at changes (then without any). On
  // PostgreSQL calls for two commits may come in either order. Must not block. Returns a key for RemoveCommitListener,
  // which waits for running calls.
  virtual int64_t AddCommitListener(CommitListener listener) = 0;
  virtual void RemoveCommitListener(int64_t key) = 0;

  // OK while the last contact with the database succeeded; else UNAVAILABLE. Does not wait for anything.
  virtual absl::Status Health() const = 0;
  virtual DatabaseStatistics Statistics() const = 0;
  virtual Engine engine() const = 0;
};

// A snapshot older than this keeps the write-ahead log from being reset, and PostgreSQL from vacuuming.
inline constexpr absl::Duration kSnapshotMax = absl::Seconds(2);

}  // namespace schutznetz::storage
