#include "services/common/changes/follower.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::changes {
namespace {

using storage::ReadTransaction;

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(100);
constexpr absl::Duration kBackoffMax =
    absl::Seconds(2);  // less than the five seconds after which addresses are withheld
constexpr size_t kHeardMax = 2048;
// On PostgreSQL two connections may tell of their commits in the wrong order; a longer gap is another replica's change.
constexpr absl::Duration kGapWait = absl::Milliseconds(1);

}  // namespace

Follower::Follower(storage::Database& database, ChangeConsumer& consumer, FollowerOptions options)
    : database_(database), consumer_(consumer), options_(std::move(options)), heard_(kHeardMax) {}

Follower::~Follower() {
  if (listener_ != 0) database_.RemoveCommitListener(listener_);
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  CallAll(waiters_.TakeAll(), errors::Cancelled());
}

absl::Status Follower::Start() {
  RETURN_IF_ERROR(CatchUp());
  listener_ = database_.AddCommitListener([this](const storage::Committed& committed) { Hear(committed); });
  Hear({});  // for commits between the last look and the listener
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Follower::WhenReached(int64_t number, absl::Time deadline, absl::AnyInvocable<void(absl::Status)> then) {
  absl::Status now;
  {
    const std::lock_guard lock(mutex_);
    if (ending_) {
      now = errors::Cancelled();
    } else if (number > position_.number) {
      if (waiters_.size() < static_cast<size_t>(options_.waiting_max)) {
        const bool sooner = deadline < waiters_.next_deadline();
        waiters_.Add(number, deadline, std::move(then));
        if (sooner) changed_.notify_all();
        return;
      }
      now = errors::TemporarilyUnavailable(absl::Seconds(1));
    }
  }
  then(now);
}

Position Follower::position() const {
  const std::lock_guard lock(mutex_);
  return position_;
}

absl::Time Follower::confirmed_time() const {
  const std::lock_guard lock(mutex_);
  return confirmed_;
}

bool Follower::ending() const {
  const std::lock_guard lock(mutex_);
  return ending_;
}

void Follower::Hear(const storage::Committed& committed) {
  const std::lock_guard lock(mutex_);
  heard_.Add(committed);
  woken_ = true;
  changed_.notify_all();
}

bool Follower::Wait(absl::Duration time) {
  const absl::Time end = absl::Now() + time;
  std::unique_lock lock(mutex_);
  while (!ending_ && !woken_ && absl::Now() < end) {
    changed_.wait_until(lock, absl::ToChronoTime(std::min(end, waiters_.next_deadline())));
    std::vector<Waiter> expired = waiters_.TakeExpired(absl::Now());
    if (expired.empty()) continue;
    lock.unlock();
    CallAll(std::move(expired), errors::DeadlinePassed());
    lock.lock();
  }
  woken_ = false;
  return !ending_;
}

void Follower::Run() {
  absl::Duration backoff = kFirstBackoff;
  absl::Duration pause = options_.poll;
  while (Wait(pause)) {
    if (options_.gather > absl::ZeroDuration()) absl::SleepFor(options_.gather);
    const absl::Status status = CatchUp();
    pause = status.ok() ? options_.poll : backoff;
    backoff = status.ok() ? kFirstBackoff : std::min(backoff * 2, kBackoffMax);
    if (!status.ok() && options_.log) options_.log("changes_not_followed", status.ToString());
  }
}

absl::Status Follower::CatchUp() {
  if (ApplyHeard()) return absl::OkStatus();
  if (!built_) RETURN_IF_ERROR(Rebuild());
  {
    const std::lock_guard lock(mutex_);
    heard_.Restart();
  }
  bool at_head = false;
  while (!at_head && !ending()) {
    const absl::Status status = Step(at_head);
    if (errors::ReasonOf(status) == "CURSOR_TOO_OLD") {  // restored, or away for longer than changes are kept
      built_ = false;
      RETURN_IF_ERROR(Rebuild());
    } else if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

std::vector<Change> Follower::TakeHeard(bool& complete) {
  std::unique_lock lock(mutex_);
  std::vector<Change> changes;
  if (!heard_.incomplete()) changes = heard_.Take(position_, static_cast<size_t>(options_.batch_max));
  if (changes.empty() && !heard_.incomplete() && !heard_.empty()) {
    changed_.wait_until(lock, absl::ToChronoTime(absl::Now() + kGapWait),
                        [this] { return ending_ || heard_.incomplete() || heard_.HasNext(position_); });
    changes = heard_.Take(position_, static_cast<size_t>(options_.batch_max));
  }
  complete = changes.empty() && !heard_.incomplete() && heard_.empty();
  return changes;
}

// The log is read every now and then all the same: that confirms the position.
bool Follower::ApplyHeard() {
  while (exact_ && absl::Now() - looked_ < options_.poll) {
    const Position before = position();
    bool complete = false;
    ChangeBatch batch = {.epoch = before.epoch, .after = before.number, .changes = TakeHeard(complete)};
    if (batch.changes.empty()) return complete;
    batch.to = batch.head = batch.changes.back().number;
    const absl::StatusOr<bool> applied = consumer_.ApplyHeard(batch);
    exact_ = applied.ok() && *applied;
    if (exact_) Reached({before.epoch, batch.to});
  }
  return false;
}

absl::Status Follower::Rebuild() {
  exact_ = false;
  ASSIGN_OR_RETURN(const Position position, consumer_.Rebuild(database_));
  built_ = true;
  Reached(position);
  return absl::OkStatus();
}

absl::Status Follower::Step(bool& at_head) {
  const Position before = position();
  const absl::Time start = absl::Now();
  ChangeBatch batch;
  exact_ = false;
  RETURN_IF_ERROR(database_.Read(
      [&](ReadTransaction& tx) -> absl::Status {
        batch = {.epoch = before.epoch, .after = before.number, .to = before.number};
        ASSIGN_OR_RETURN(const LogState state, ReadLogState(tx));
        ASSIGN_OR_RETURN(batch.changes, ReadChanges(tx, state, before, options_.batch_max));
        batch.head = state.head;
        if (batch.changes.empty()) return absl::OkStatus();
        batch.to = batch.changes.back().number;
        return consumer_.Apply(tx, batch);
      },
      start + storage::kSnapshotMax));
  exact_ = at_head = batch.to == batch.head;
  looked_ = start;
  if (batch.to != before.number) Reached({before.epoch, batch.to});
  if (at_head) {
    const std::lock_guard lock(mutex_);
    confirmed_ = start;
  }
  return absl::OkStatus();
}

void Follower::Reached(const Position& position) {
  std::vector<Waiter> reached;
  {
    const std::lock_guard lock(mutex_);
    position_ = position;
    reached = waiters_.TakeReached(position.number);
  }
  CallAll(std::move(reached), absl::OkStatus());
}

}  // namespace schutznetz::changes
