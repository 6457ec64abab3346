// The audit log of one server: append-only, hash-chained, with signed checkpoints that leave the system.
//
//   ASSIGN_OR_RETURN(audit, AuditLog::Open(*database, key, clock, {.name = "directory", .emit = …}));
//   // a write, as the last thing it does in its transaction:
//   RETURN_IF_ERROR(audit->Append(tx, names, {{Act::kGrant, "grant", name}}));
//   // a read, before its answer leaves:
//   audit->Record(names, {{Act::kRead, "service", name, {"phones"}}}, deadline, [call](absl::Status s) { … });
//
// Reads that wait together share one transaction and one sync, whatever the engine. On PostgreSQL the order of the
// chain holds across replicas, because the database appends under one lock, in the round trip that commits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/audit/audit_key.h"
#include "services/common/audit/audit_store.h"
#include "services/common/audit/entry.h"
#include "services/common/audit/read_recorder.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"

namespace schutznetz::audit {

inline constexpr absl::Duration kEntriesKept = absl::Hours(24 * 731);  // 24 months

struct AuditLogOptions {
  std::string name;  // of the server: "directory"
  // Takes each checkpoint out of the system, to the log sink. Called from the log's own thread.
  std::function<void(std::string_view text)> emit;
  absl::Duration checkpoint_interval = absl::Minutes(10);
  int64_t checkpoint_entries = 1000;
  int reads_waiting_max = 16384;
};

struct AuditStatistics {
  int64_t entries = 0;        // written by this process since start
  int64_t reads_refused = 0;  // answers held back because their entry could not be written
  int64_t checkpoints = 0;    // made by this process
  absl::Time checkpoint_time = absl::InfinitePast();
};

// Thread safe.
class AuditLog {
 public:
  // Begins the log if it is new, and emits the newest kept checkpoint again, in case the process before died between
  // keeping and emitting it. `database` (opened with AuditMigrations) and `clock` must outlive it. Codes of the store.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(storage::Database& database, const AuditKey& key,
                                                        const Clock& clock, AuditLogOptions options);
  // Makes no last checkpoint: what follows the newest one is covered by the next of any replica.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Appends in the transaction of the effect, when it commits.
  absl::Status Append(storage::Transaction& tx, const CallNames& call, std::vector<Fact> facts);

  // Appends and calls `done` with OK when that is durable, on a thread of the database; else with UNAVAILABLE (the
  // answer must not leave). Never blocks.
  void Record(const CallNames& call, std::vector<Fact> facts, absl::Time deadline,
              absl::AnyInvocable<void(absl::Status)> done);

  // Makes a checkpoint now, unless the newest covers everything or, unless `force`, another replica made a fitting one.
  // True when one was made. Blocks.
  absl::StatusOr<bool> MakeCheckpoint(bool force = true);

  // Drops segments whose checkpoint is from before `before`. Returns the entries dropped. Blocks. The log's own thread
  // does it every hour with now - kEntriesKept.
  absl::StatusOr<int64_t> Drop(absl::Time before);

  // A page of the log for those who verify it: up to `count_max` lines after entry `after`, with the kept checkpoints
  // that fall among them (on the first page also the one that closes what was dropped).
  struct Page {
    std::vector<std::string> lines;
    std::vector<std::string> checkpoints;
    int64_t next = 0;  // `after` of the next page; 0: this was the last
  };
  absl::StatusOr<Page> ReadPage(int64_t after, int count_max, absl::Time deadline);

  const std::string& public_key() const { return key_.public_key(); }
  AuditStatistics Statistics() const;

 private:
  AuditLog(storage::Database& database, const AuditKey& key, const Clock& clock, AuditLogOptions options,
           std::string log);
  std::vector<Entry> EntriesOf(const CallNames& call, std::vector<Fact> facts) const;
  void Appended(int64_t count, size_t entries);
  // What a look into the store told.
  void Saw(const LogHead& head, const StoredCheckpoint& newest);
  absl::Status EmitNewest();
  void Run();
  bool IsDue() const;

  storage::Database& database_;
  const AuditKey key_;
  const Clock& clock_;
  const AuditLogOptions options_;
  const std::string log_;  // its id
  const storage::Chain chain_;
  std::atomic<int64_t> entries_{0};
  std::atomic<int64_t> checkpoints_{0};
  std::atomic<int64_t> count_seen_{0};     // newest count known here
  std::atomic<int64_t> count_covered_{0};  // of the newest checkpoint known here
  std::atomic<int64_t> checkpoint_us_{0};  // when it was made or seen
  ReadRecorder recorder_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace schutznetz::audit
