// What a database counts about itself. Internal to storage/.
#pragma once

#include <atomic>
#include <cstdint>

#include "services/common/storage/database.h"

namespace schutznetz::storage {

struct Counters {
  std::atomic<int64_t> writes_waiting{0};
  std::atomic<int64_t> writes_committed{0};
  std::atomic<int64_t> writes_refused{0};
  std::atomic<int64_t> commits{0};
  std::atomic<int64_t> log_bytes{0};
  std::atomic<int64_t> reads_running{0};
  std::atomic<int64_t> reconnects{0};

  DatabaseStatistics Read() const {
    return {.writes_waiting = writes_waiting,
            .writes_committed = writes_committed,
            .writes_refused = writes_refused,
            .commits = commits,
            .log_bytes = log_bytes,
            .reads_running = reads_running,
            .reconnects = reconnects};
  }
};

}  // namespace schutznetz::storage
