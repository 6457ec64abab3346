// Entries of reads, written in groups. Internal to audit/.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/audit/audit_store.h"
#include "services/common/audit/entry.h"
#include "services/common/storage/database.h"

namespace schutznetz::audit {

// One transaction at a time holds everything that waited when it began, so the cost of a commit is shared by as many
// reads as come while the one before runs. No thread of its own. Thread safe.
class ReadRecorder {
 public:
  using Done = absl::AnyInvocable<void(absl::Status)>;

  // Appends to the log `log`. All must outlive it.
  ReadRecorder(storage::Database& database, const storage::Chain& chain, const std::string& log, int waiting_max);
  // Waits for the running transaction and refuses the rest.
  ~ReadRecorder();
  ReadRecorder(const ReadRecorder&) = delete;
  ReadRecorder& operator=(const ReadRecorder&) = delete;

  // Never blocks. `done` gets OK once the entries are durable, else UNAVAILABLE: the queue is full, the database does
  // not take them, or `deadline` passed first.
  void Record(std::vector<Entry> entries, absl::Time deadline, Done done);

  int64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  struct Waiting {
    std::vector<Entry> entries;
    absl::Time deadline;
    Done done;
  };
  struct Group;

  void BeginGroup(std::vector<Waiting> reads);
  void EndGroup(Group& group, const absl::Status& status);
  std::vector<Waiting> TakeNext();
  void Answer(std::vector<Waiting>& reads, const absl::Status& status);

  storage::Database& database_;
  const storage::Chain& chain_;
  const std::string& log_;
  const size_t waiting_max_;
  std::atomic<int64_t> refused_{0};
  std::mutex mutex_;
  std::condition_variable idle_;
  std::vector<Waiting> waiting_;
  bool writing_ = false;  // a transaction is under way
  int groups_ = 0;        // begun and not yet answered to the end
  bool ending_ = false;
};

}  // namespace schutznetz::audit
