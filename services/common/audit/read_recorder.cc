#include "services/common/audit/read_recorder.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::audit {
namespace {

// A list answer may bring 500 entries; so many fit into a group well within the time a transaction may take.
constexpr size_t kGroupEntriesMax = 4096;
// What a group may wait for the database: the deadline of a read (SAFETY section 3).
constexpr absl::Duration kGroupTimeMax = absl::Seconds(2);

}  // namespace

struct ReadRecorder::Group {
  std::vector<Waiting> reads;
  std::vector<Waiting> late;  // refused when the group ends
  std::vector<Entry> entries;
};

ReadRecorder::ReadRecorder(storage::Database& database, const storage::Chain& chain, const std::string& log,
                           int waiting_max)
    : database_(database), chain_(chain), log_(log), waiting_max_(static_cast<size_t>(waiting_max)) {}

ReadRecorder::~ReadRecorder() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  idle_.wait(lock, [this] { return groups_ == 0; });
  std::vector<Waiting> rest = std::move(waiting_);
  lock.unlock();
  Answer(rest, absl::CancelledError());
}

void ReadRecorder::Answer(std::vector<Waiting>& reads, const absl::Status& status) {
  for (Waiting& read : reads) {
    if (status.ok()) {
      read.done(status);
    } else {
      refused_.fetch_add(1, std::memory_order_relaxed);
      read.done(errors::TemporarilyUnavailable(absl::Seconds(1)));
    }
  }
}

void ReadRecorder::Record(std::vector<Entry> entries, absl::Time deadline, Done done) {
  std::vector<Waiting> read;
  read.push_back({std::move(entries), deadline, std::move(done)});
  // One that cannot be written must not fail the others of its group.
  for (const Entry& entry : read.front().entries) {
    if (absl::Status status = CheckEntry(entry); !status.ok()) return Answer(read, status);
  }
  std::unique_lock lock(mutex_);
  if (ending_ || waiting_.size() >= waiting_max_) {
    lock.unlock();
    return Answer(read, absl::ResourceExhaustedError(""));
  }
  waiting_.push_back(std::move(read.front()));
  if (writing_) return;
  writing_ = true;
  ++groups_;
  std::vector<Waiting> next = TakeNext();
  lock.unlock();
  BeginGroup(std::move(next));
}

// As many as fit into one group, at least one. Under the lock.
std::vector<ReadRecorder::Waiting> ReadRecorder::TakeNext() {
  size_t entries = 0;
  auto end = waiting_.begin();
  while (end != waiting_.end() && (end == waiting_.begin() || entries + end->entries.size() <= kGroupEntriesMax)) {
    entries += end->entries.size();
    ++end;
  }
  std::vector<Waiting> next(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return next;
}

void ReadRecorder::BeginGroup(std::vector<Waiting> reads) {
  auto group = std::make_shared<Group>();
  const absl::Time now = absl::Now();
  for (Waiting& read : reads) {
    std::vector<Waiting>& part = now > read.deadline ? group->late : group->reads;
    if (&part == &group->reads) {
      std::move(read.entries.begin(), read.entries.end(), std::back_inserter(group->entries));
    }
    part.push_back(std::move(read));
  }
  database_.Write(
      [this, group](storage::Transaction& tx) {
        return AppendEntries(tx, chain_, log_, absl::MakeSpan(group->entries));
      },
      [this, group](const absl::Status& status, const storage::CommitInfo&) { EndGroup(*group, status); },
      now + kGroupTimeMax);
}

void ReadRecorder::EndGroup(Group& group, const absl::Status& status) {
  std::unique_lock lock(mutex_);
  // A database that does not take this group will not take the next in time: those who wait hear it now.
  if (!status.ok()) std::move(waiting_.begin(), waiting_.end(), std::back_inserter(group.late));
  if (!status.ok()) waiting_.clear();
  std::vector<Waiting> next;
  if (!ending_) next = TakeNext();
  writing_ = !next.empty();
  groups_ += writing_ ? 1 : 0;
  lock.unlock();
  if (!next.empty()) BeginGroup(std::move(next));
  Answer(group.reads, status);
  Answer(group.late, errors::DeadlinePassed());
  lock.lock();
  if (--groups_ == 0) idle_.notify_all();
}

}  // namespace schutznetz::audit
