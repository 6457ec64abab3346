#include "services/directory/housekeeping.h"

#include <vector>

#include "services/common/changes/change_log.h"
#include "services/common/errors/macros.h"

namespace schutznetz::directory {
namespace {

constexpr int kImportsMax = 20;     // given up in one write; each may have many pieces
constexpr int kProposalsMax = 200;  // forgotten in one write

absl::Status AbandonImports(storage::Database& database, const Imports& imports) {
  const auto work = [&](storage::Transaction& tx) { return imports.AbandonStale(tx, kImportsMax).status(); };
  return database.WriteAndWait(work).status();
}

absl::Status ForgetProposals(storage::Database& database, const ProtectionChanges& proposals, absl::Time now) {
  std::vector<record::RecordKey> old;
  const auto find = [&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(old, proposals.Old(tx, now, kProposalsMax));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database.Read(find));
  if (old.empty()) return absl::OkStatus();
  return database.WriteAndWait([&](storage::Transaction& tx) { return proposals.Forget(tx, now, old); }).status();
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
  absl::Status status = changes::ForgetOld(database_, clock_.Now());
  status.Update(AbandonImports(database_, imports_));
  status.Update(ForgetProposals(database_, protection_changes_, clock_.Now()));
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
