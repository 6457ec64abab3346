#include "services/common/access/rights_watch.h"

#include <chrono>
#include <utility>

namespace schutznetz::access {

RightsWatch::RightsWatch(RightsVersion& rights, const Clock& clock, AskRightsVersion ask, RightsWatchOptions options)
    : rights_(rights), clock_(clock), ask_(std::move(ask)), options_(options), thread_([this] { Run(); }) {}

RightsWatch::~RightsWatch() { Stop(); }

void RightsWatch::Stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void RightsWatch::Wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

bool RightsWatch::AskOnce() {
  // Rights that change while the answer is on its way are not in it: the age counts from the question.
  const absl::Time asked = clock_.Now();
  const absl::StatusOr<int64_t> version = ask_(options_.ask_limit);
  if (version.ok()) rights_.Confirm(*version, asked);
  return version.ok();
}

void RightsWatch::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    woken_ = false;
    lock.unlock();
    const absl::Duration pause = AskOnce() ? options_.period : options_.retry;
    lock.lock();
    changed_.wait_for(lock, absl::ToChronoNanoseconds(options_.hint_pause), [this] { return ending_; });
    changed_.wait_for(lock, absl::ToChronoNanoseconds(pause - options_.hint_pause),
                      [this] { return ending_ || woken_; });
  }
}

}  // namespace schutznetz::access
