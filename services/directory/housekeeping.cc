#include "services/directory/housekeeping.h"

#include "services/common/changes/change_log.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/request_log.h"

namespace schutznetz::directory {
namespace {

constexpr int kRowsMax = 1000;   // of one write
constexpr int kImportsMax = 20;  // given up in one write; each may have many pieces

absl::Status PruneAllRequests(storage::Database& database, absl::Time now) {
  for (int64_t pruned = kRowsMax; pruned == kRowsMax;) {
    ASSIGN_OR_RETURN(pruned, storage::PruneRequests(database, now - storage::kRequestKept, kRowsMax));
  }
  return absl::OkStatus();
}

absl::Status AbandonImports(storage::Database& database, const Imports& imports) {
  const auto work = [&](storage::Transaction& tx) { return imports.AbandonStale(tx, kImportsMax).status(); };
  return database.WriteAndWait(work).status();
}

}  // namespace

Housekeeping::~Housekeeping() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Housekeeping::Start(absl::Duration interval) {
  thread_ = std::thread([this, interval] { Run(interval); });
}

absl::Status Housekeeping::RunOnce() {
  const absl::Time now = clock_.Now();
  absl::Status status = PruneAllRequests(database_, now);
  status.Update(changes::Compact(database_, now - changes::kChangesKept, kRowsMax).status());
  status.Update(AbandonImports(database_, imports_));
  return status;
}

void Housekeeping::Run(absl::Duration interval) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, absl::ToChronoNanoseconds(interval), [this] { return stop_; })) {
    lock.unlock();
    const absl::Status status = RunOnce();
    if (!status.ok() && log_) log_("housekeeping_failed", std::string(status.message()));
    lock.lock();
  }
}

}  // namespace schutznetz::directory
