#include "services/events/housekeeping.h"

#include <algorithm>

#include "services/common/changes/change_log.h"

namespace schutznetz::events {
namespace {

constexpr absl::Duration kForgetInterval = absl::Minutes(10);

}  // namespace

Housekeeping::Housekeeping(storage::Database& database, const Clock& clock, Log log)
    : clock_(clock), log_(std::move(log)) {
  Add("forget", kForgetInterval, [&database](absl::Time now) { return changes::ForgetOld(database, now); });
}

Housekeeping::~Housekeeping() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Housekeeping::Add(std::string name, absl::Duration interval, Task task) {
  tasks_.push_back({std::move(name), interval, std::move(task)});
}

void Housekeeping::Start() {
  thread_ = std::thread([this] { Run(); });
}

absl::Status Housekeeping::RunTask(Due& due) {
  const absl::Status status = due.task(clock_.Now());
  if (!status.ok() && log_) log_("housekeeping_failed", due.name + ": " + std::string(status.message()));
  return status;
}

absl::Status Housekeeping::RunOnce() {
  absl::Status status;
  for (Due& due : tasks_) status.Update(RunTask(due));
  return status;
}

// The machine's clock says when a task is due again, the server's what is due in it.
void Housekeeping::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    absl::Time next = absl::InfiniteFuture();
    for (Due& due : tasks_) {
      if (absl::Now() >= due.next) {
        lock.unlock();
        RunTask(due).IgnoreError();  // it was logged, and comes again
        lock.lock();
        due.next = absl::Now() + due.interval;
      }
      if (stop_) return;
      next = std::min(next, due.next);
    }
    wake_.wait_for(lock, absl::ToChronoNanoseconds(next - absl::Now()), [this] { return stop_; });
  }
}

}  // namespace schutznetz::events
