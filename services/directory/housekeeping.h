// What a server must forget in time: answers of old requests, old changes, imports nobody goes on with, proposals that
// were decided long ago.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"
#include "services/directory/domain/imports.h"
#include "services/directory/domain/protection_changes.h"

namespace schutznetz::directory {

// Everything it does is idempotent, so that replicas may do it at the same time.
class Housekeeping {
 public:
  using Log = std::function<void(std::string_view event, std::string_view detail)>;

  // All must outlive it; `log` may be empty.
  Housekeeping(storage::Database& database, const Imports& imports, const ProtectionChanges& protection_changes,
               const Clock& clock, Log log)
      : database_(database),
        imports_(imports),
        protection_changes_(protection_changes),
        clock_(clock),
        log_(std::move(log)) {}
  // Stops the thread.
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  // Cleans up every `interval` on a thread of its own.
  void Start(absl::Duration interval);
  // Cleans up once. Blocks. The first error, after everything was tried.
  absl::Status RunOnce();

 private:
  void Run(absl::Duration interval);

  storage::Database& database_;
  const Imports& imports_;
  const ProtectionChanges& protection_changes_;
  const Clock& clock_;
  const Log log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace schutznetz::directory
