#include "services/common/storage/sqlite/checkpointer.h"

#include "services/common/storage/sqlite/sqlite_status.h"

namespace schutznetz::storage::sqlite {
namespace {

constexpr int64_t kFrameBytes = 4096 + 24;
constexpr int kGroupsPerCheckpoint = 512;
constexpr int kGroupsBetweenRetries = 16;       // once the log is large
constexpr int64_t kLogBytesWanted = 64 << 20;   // then checkpoint, whatever the number of groups
constexpr int64_t kLogBytesUrgent = 192 << 20;  // then wait for the readers
constexpr int64_t kLogBytesMax = 256 << 20;     // then refuse writes
constexpr int kReadersEndMs = 2500;             // snapshots live two seconds at most
constexpr int kDoNotWaitMs = 0;
constexpr int kUsualBusyTimeoutMs = 1000;

}  // namespace

Checkpointer::Checkpointer(Connection& writer, Counters& counters) : writer_(writer), counters_(counters) {
  sqlite3_wal_hook(writer_.handle(), OnCommit, this);
}

int Checkpointer::OnCommit(void* self, sqlite3* /*db*/, const char* /*schema*/, int frames) {
  auto* checkpointer = static_cast<Checkpointer*>(self);
  checkpointer->counters_.log_bytes = frames * kFrameBytes;
  checkpointer->dirty_ = true;
  return SQLITE_OK;
}

absl::Status Checkpointer::Checkpoint(int mode, int busy_timeout_ms) {
  groups_ = 0;
  int frames = 0;
  int moved = 0;
  writer_.InterruptAt(absl::InfiniteFuture());
  sqlite3_busy_timeout(writer_.handle(), busy_timeout_ms);
  const int code = sqlite3_wal_checkpoint_v2(writer_.handle(), nullptr, mode, &frames, &moved);
  sqlite3_busy_timeout(writer_.handle(), kUsualBusyTimeoutMs);
  if (code != SQLITE_OK) return StatusOf(writer_.handle(), code);
  if (moved < frames) return absl::UnavailableError("Readers hold the write-ahead log.");
  dirty_ = false;
  return absl::OkStatus();
}

// A checkpoint that did not get through is tried again later; the log only grows meanwhile, up to its limit.
void Checkpointer::AfterGroup() {
  const int64_t bytes = counters_.log_bytes;
  const int groups_wanted = bytes < kLogBytesWanted ? kGroupsPerCheckpoint : kGroupsBetweenRetries;
  if (++groups_ < groups_wanted) return;
  const bool urgent = bytes > kLogBytesUrgent;
  Checkpoint(urgent ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, urgent ? kReadersEndMs : kDoNotWaitMs)
      .IgnoreError();
}

void Checkpointer::WhenIdle() {
  if (dirty_) Checkpoint(SQLITE_CHECKPOINT_PASSIVE, kDoNotWaitMs).IgnoreError();
}

bool Checkpointer::Overfull() {
  if (counters_.log_bytes < kLogBytesMax) return false;
  if (!Checkpoint(SQLITE_CHECKPOINT_RESTART, kReadersEndMs).ok()) return true;
  counters_.log_bytes = 0;  // the next commit starts at the beginning of the log
  return false;
}

absl::Status Checkpointer::Truncate() {
  const absl::Status status = Checkpoint(SQLITE_CHECKPOINT_TRUNCATE, kReadersEndMs);
  if (status.ok()) counters_.log_bytes = 0;
  return status;
}

}  // namespace schutznetz::storage::sqlite
