#include "services/exchange/housekeeping.h"

#include <algorithm>
#include <string>

#include "services/common/changes/change_log.h"
#include "services/common/errors/macros.h"

namespace schutznetz::exchange {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(500);  // between looks for an erasure that was announced
constexpr absl::Duration kExpected = absl::Seconds(10);    // longer than a write may take
constexpr absl::Duration kScrubTime = absl::Minutes(1);

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

void Housekeeping::ExpectErasure() {
  {
    std::lock_guard lock(mutex_);
    expect_until_ = absl::Now() + kExpected;
  }
  wake_.notify_all();
}

absl::Status Housekeeping::FinishErasures() {
  ASSIGN_OR_RETURN(const int added, ledger_.Sync());
  scrub_ = scrub_ || added > 0;
  if (!scrub_) return absl::OkStatus();
  RETURN_IF_ERROR(database_.ScrubDeleted(absl::Now() + kScrubTime));
  scrub_ = false;
  return absl::OkStatus();
}

absl::Status Housekeeping::RunOnce() {
  absl::Status status = FinishErasures();
  status.Update(changes::ForgetOld(database_, clock_.Now()));
  return status;
}

void Housekeeping::Run(absl::Duration interval) {
  absl::Time next = absl::Now();
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    const bool due = absl::Now() >= next;
    const absl::Status status = due ? RunOnce() : FinishErasures();
    if (due) next = absl::Now() + interval;
    if (!status.ok() && log_) log_("housekeeping_failed", std::string(status.message()));
    lock.lock();
    const auto expecting = [this] { return absl::Now() < expect_until_; };
    const absl::Duration pause = expecting() ? kLook : std::max(next - absl::Now(), kLook);
    wake_.wait_for(lock, absl::ToChronoNanoseconds(pause), [&] { return stop_ || (pause > kLook && expecting()); });
  }
}

}  // namespace schutznetz::exchange
