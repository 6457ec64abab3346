// What the server must forget in time: answers of old requests, old changes, and what erasures leave in the files.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/personal/erasure_ledger.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"

namespace schutznetz::exchange {

// Everything it does is idempotent, so that replicas may do it at the same time.
class Housekeeping {
 public:
  using Log = std::function<void(std::string_view event, std::string_view detail)>;

  // All must outlive it; `log` may be empty. The ledger is used by its thread alone from Start on.
  Housekeeping(storage::Database& database, personal::ErasureLedger& ledger, const Clock& clock, Log log)
      : database_(database), ledger_(ledger), clock_(clock), log_(std::move(log)) {}
  // Stops the thread.
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  // Cleans up every `interval` on a thread of its own, and finishes erasures within a second or two. The first round is
  // at once, because an erasure may have been cut off by the last end.
  void Start(absl::Duration interval);
  // An erasure is about to be committed. Thread safe, never blocks.
  void ExpectErasure();
  // Cleans up once. Blocks. The first error, after everything was tried.
  absl::Status RunOnce();

 private:
  void Run(absl::Duration interval);
  // Writes the ledger and scrubs the files when something was erased since the last time.
  absl::Status FinishErasures();

  storage::Database& database_;
  personal::ErasureLedger& ledger_;
  const Clock& clock_;
  const Log log_;
  bool scrub_ = true;  // the thread's own
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  absl::Time expect_until_ = absl::InfinitePast();  // erasures may be committed until then
  std::thread thread_;
};

}  // namespace schutznetz::exchange
