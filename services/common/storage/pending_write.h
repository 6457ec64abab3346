// A write on its way. Internal to storage/.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/storage/counters.h"
#include "services/common/storage/database.h"

namespace schutznetz::storage {

struct PendingWrite {
  WriteWork work;
  WriteDone done;
  absl::Time deadline;
  absl::Status status;  // what `done` will get
  CommitInfo info;
};

// Answers `write`, which was counted as waiting.
inline void Finish(PendingWrite& write, Counters& counters) {
  write.work = nullptr;  // what it captured may be what `done` hands back
  (write.status.ok() ? counters.writes_committed : counters.writes_refused).fetch_add(1, std::memory_order_relaxed);
  counters.writes_waiting.fetch_sub(1, std::memory_order_relaxed);
  write.done(std::move(write.status), write.info);
}

}  // namespace schutznetz::storage
