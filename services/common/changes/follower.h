// Follows the change log of the own database and feeds what is built from it.
//
//   class DirectoryView : public changes::ChangeConsumer { … };
//   changes::Follower follower(database, view, {});
//   RETURN_IF_ERROR(follower.Start());                       // builds the view; the server is ready afterwards
//   follower.WhenReached(commit.position.number, deadline, [call](absl::Status status) { call->Finish(status); });
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/changes/change_log.h"
#include "services/common/changes/heard_changes.h"
#include "services/common/changes/waiters.h"
#include "services/common/storage/database.h"

namespace schutznetz::changes {

// Consecutive changes: after < changes.front().number … changes.back().number == to. May be empty only when nothing is
// new.
struct ChangeBatch {
  int64_t epoch = 0;
  int64_t after = 0;
  int64_t to = 0;
  int64_t head = 0;  // of the same snapshot; `to` < `head` when more batches are waiting
  std::vector<Change> changes;
};

// Called by the follower's thread only (and by Start's caller during Start).
class ChangeConsumer {
 public:
  virtual ~ChangeConsumer() = default;

  // Builds everything anew and returns the position it reflects at least. For large content: take HeadPosition first,
  // then read page by page in short transactions; Apply brings it up to date, because changes after that position are
  // delivered again. An error is retried with backoff.
  virtual absl::StatusOr<Position> Rebuild(storage::Database& database) = 0;

  // Brings the content to `batch.to`. `tx` is the snapshot the batch was read in (head == batch.head): rows read there
  // may be newer than the change that mentions them, never older. Join with `changes` on number > after AND number <=
  // to to read them in one round trip. When it returns OK, the content must be visible to readers. An error is retried
  // with the same `after`.
  virtual absl::Status Apply(storage::ReadTransaction& tx, const ChangeBatch& batch) = 0;

  // The same for changes that this process committed itself, told by the commit and read from nowhere. Only called when
  // the content is exactly that of `batch.after`. False, with nothing done, when a change tells too little of its
  // content (ChangeRecord::content): Apply is called instead then, as after an error.
  virtual absl::StatusOr<bool> ApplyHeard(const ChangeBatch& /*batch*/) { return false; }
};

struct FollowerOptions {
  int batch_max = 1024;
  absl::Duration gather = absl::ZeroDuration();  // waits this long after a wake-up, so that one batch holds more
  absl::Duration poll = absl::Seconds(1);        // looks into the log, whatever is heard meanwhile
  int waiting_max = 16384;                       // WhenReached calls at a time
  std::function<void(std::string_view event, std::string_view detail)> log;  // may be empty
};

// Thread safe. `database` and `consumer` must outlive it.
class Follower {
 public:
  Follower(storage::Database& database, ChangeConsumer& consumer, FollowerOptions options);
  // Stops the thread; waiting WhenReached calls get CANCELLED.
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // Rebuilds and catches up once, then starts the thread. Returns the first error instead; may be called again then.
  absl::Status Start();

  // Calls `then` once when the content reflects `number` of the current epoch: at once in this thread when it already
  // does, else in the follower's thread. DEADLINE_EXCEEDED after `deadline` (at the latest when the running batch
  // ends), UNAVAILABLE when too many wait, CANCELLED on stop.
  void WhenReached(int64_t number, absl::Time deadline, absl::AnyInvocable<void(absl::Status)> then);

  // What the content reflects.
  Position position() const;

  // When the content was last known to be complete: the start of the last read that reached the head of the log. Older
  // than five seconds: the position is not confirmed, and protections raised meanwhile may be missing.
  absl::Time confirmed_time() const;

 private:
  void Run();
  // Applies what was heard, or reads and applies until the head is reached; rebuilds where the log no longer reaches
  // back.
  absl::Status CatchUp();
  // False when the log must be read.
  bool ApplyHeard();
  // The next changes heard; none when the log must be read, or (`complete`) when there are none.
  std::vector<Change> TakeHeard(bool& complete);
  absl::Status Rebuild();
  // Reads and applies one batch. `at_head` when there is nothing after it.
  absl::Status Step(bool& at_head);
  void Reached(const Position& position);
  void Hear(const storage::Committed& committed);
  bool ending() const;
  // Waits for Hear or `time`, calling waiters whose deadline passes. False when the thread is to end.
  bool Wait(absl::Duration time);

  storage::Database& database_;
  ChangeConsumer& consumer_;
  const FollowerOptions options_;
  bool built_ = false;  // this and the next two: the thread's own (Start's before it)
  bool exact_ = false;  // the content is exactly that of the position, nothing newer
  absl::Time looked_ = absl::InfinitePast();
  int64_t listener_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  HeardChanges heard_;
  bool ending_ = false;
  Position position_;
  absl::Time confirmed_ = absl::InfinitePast();
  Waiters waiters_;

  std::thread thread_;
};

}  // namespace schutznetz::changes
