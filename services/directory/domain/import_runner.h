// The thread that applies imports, one after the other.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/time/clock.h"
#include "services/directory/domain/import_applier.h"

namespace schutznetz::directory {

class ImportRunner {
 public:
  // One call of ApplyImport.
  struct Job {
    std::string id;
    bool dry_run = false;
    // The caller is answered at the latest then: with the import as it is, while the work goes on.
    absl::Time answer_by = absl::InfiniteFuture();
    // The answer that the same request had before, or nothing. May be empty.
    std::function<absl::StatusOr<std::optional<v1::Import>>()> known;
    // Runs in the last transaction. May be empty.
    std::function<absl::Status(storage::Transaction&, const v1::Import&)> finish;
    // Called exactly once, from this thread or from Submit's.
    absl::AnyInvocable<void(absl::StatusOr<ImportApplier::Applied>)> done;
  };

  // `log` (may be empty) hears of interrupted imports that could not be ended. All must outlive it.
  using Log = std::function<void(std::string_view event, std::string_view detail)>;
  ImportRunner(const ImportApplier& applier, const Clock& clock, Log log);
  // Stops between two steps; the import goes on at the next start. Waiting jobs get CANCELLED.
  ~ImportRunner();
  ImportRunner(const ImportRunner&) = delete;
  ImportRunner& operator=(const ImportRunner&) = delete;

  // Thread safe, never blocks. UNAVAILABLE (to done) when too many wait.
  void Submit(Job job);

 private:
  void Run();
  void EndInterrupted();
  void Do(Job job);
  absl::StatusOr<ImportApplier::Applied> Outcome(Job& job);
  absl::Status Between(Job& job, const v1::Import& import);
  void RefuseLate();

  const ImportApplier& applier_;
  const Clock& clock_;
  const Log log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace schutznetz::directory
