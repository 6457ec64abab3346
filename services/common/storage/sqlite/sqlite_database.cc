#include "services/common/storage/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/connection_pool.h"
#include "services/common/storage/driver_status.h"
#include "services/common/storage/migration_runner.h"
#include "services/common/storage/sqlite/file_lock.h"
#include "services/common/storage/sqlite/group_writer.h"
#include "services/common/storage/sqlite/sqlite_transaction.h"

namespace schutznetz::storage::sqlite {
namespace {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const DatabaseOptions& options, FileLock lock, std::unique_ptr<Connection> writer)
      : lock_(std::move(lock)),
        writer_(std::move(writer), options, listeners_, counters_),
        readers_(options.readers, options.readers_waiting_max,
                 [path = options.path](absl::Time) { return Connection::Open(path, Connection::Role::kReader); }) {}

  void Write(WriteWork work, WriteDone done, absl::Time deadline) override {
    PendingWrite write{.work = std::move(work), .done = std::move(done), .deadline = deadline};
    if (!writer_.Push(write)) write.done(RefusedForNow(), CommitInfo{});
  }

  absl::Status Read(absl::FunctionRef<absl::Status(ReadTransaction&)> work, absl::Time deadline) override;

  absl::Status ScrubDeleted(absl::Time /*deadline: the checkpoint waits for readers two seconds at most*/) override {
    return writer_.ScrubDeleted();
  }
  int64_t AddCommitListener(CommitListener listener) override { return listeners_.Add(std::move(listener)); }
  void RemoveCommitListener(int64_t key) override { listeners_.Remove(key); }
  absl::Status Health() const override { return writer_.working() ? absl::OkStatus() : RefusedForNow(); }
  DatabaseStatistics Statistics() const override { return counters_.Read(); }
  Engine engine() const override { return Engine::kSqlite; }

 private:
  Counters counters_;
  CommitListeners listeners_;
  FileLock lock_;       // released last
  GroupWriter writer_;  // closed after the readers, so that its closing checkpoint is complete
  ConnectionPool<Connection> readers_;
};

absl::Status SqliteDatabase::Read(absl::FunctionRef<absl::Status(ReadTransaction&)> work, absl::Time deadline) {
  ASSIGN_OR_RETURN(auto connection, readers_.Acquire(deadline));
  counters_.reads_running.fetch_add(1, std::memory_order_relaxed);
  const absl::Time end = std::min(deadline, absl::Now() + kSnapshotMax);
  connection->ForgetFailure();
  connection->InterruptAt(end);
  absl::Status status = connection->Execute("BEGIN", {}).status();
  if (status.ok()) {
    SqliteReadTransaction transaction(*connection, end);
    status = work(transaction);
    if (status.ok()) status = connection->failure();  // also when `work` took no notice of it
  }
  connection->InterruptAt(absl::InfiniteFuture());
  if (connection->in_transaction() && !connection->Execute("ROLLBACK", {}).ok()) connection.Discard();
  counters_.reads_running.fetch_sub(1, std::memory_order_relaxed);
  return status;
}

// SQLite would make it readable for everyone; its log and index files inherit the mode.
absl::Status CreatePrivateFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return absl::UnavailableError(absl::StrCat("Cannot open ", path, ": ", std::strerror(errno)));
  close(descriptor);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(const DatabaseOptions& options,
                                                     const std::vector<const MigrationSet*>& sets) {
  if (options.path.empty()) return absl::InvalidArgumentError("SQLite needs the path of its file.");
  ASSIGN_OR_RETURN(FileLock lock, FileLock::Acquire(options.path + ".lock"));
  RETURN_IF_ERROR(CreatePrivateFile(options.path));
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> writer, Connection::Open(options.path, Connection::Role::kWriter));
  RETURN_IF_ERROR(RunMigrations(*writer, Engine::kSqlite, sets));
  return std::make_unique<SqliteDatabase>(options, std::move(lock), std::move(writer));
}

}  // namespace schutznetz::storage::sqlite
