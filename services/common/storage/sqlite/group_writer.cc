#include "services/common/storage/sqlite/group_writer.h"

#include <algorithm>
#include <future>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/driver_status.h"
#include "services/common/storage/sqlite/sqlite_transaction.h"

namespace schutznetz::storage::sqlite {
namespace {

using std::chrono::steady_clock;

constexpr size_t kGroupMax = 512;
constexpr auto kGroupWorkMax = std::chrono::milliseconds(20);
constexpr auto kIdle = std::chrono::milliseconds(250);
constexpr auto kGatherMax = std::chrono::milliseconds(1);

constexpr Sql kHead =
    "SELECT epoch, MAX(floor, COALESCE((SELECT MAX(number) FROM changes), 0)) FROM change_log WHERE id = 1";
constexpr Sql kInsertChange =
    "INSERT INTO changes (number, kind, name, operation, tags, time, trace_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<Connection> connection, const DatabaseOptions& options,
                         CommitListeners& listeners, Counters& counters)
    : options_(options),
      connection_(std::move(connection)),
      listeners_(listeners),
      counters_(counters),
      checkpointer_(*connection_, counters),
      queue_(options.writes_waiting_max, counters),
      completions_(counters),
      chain_(*connection_),
      thread_([this] { Run(); }) {}

GroupWriter::~GroupWriter() {
  queue_.Close();
  thread_.join();
}

// Callers that were just answered come back within moments. Waiting for as many as the last group held, for a fraction
// of what the sync took, keeps them in one group instead of two that take turns.
void GroupWriter::Run() {
  size_t expected = 1;
  steady_clock::duration gather{};
  steady_clock::time_point last_end = steady_clock::now();
  while (!queue_.finished()) {
    std::vector<PendingWrite> writes = queue_.Take(kGroupMax, expected, last_end + gather, steady_clock::now() + kIdle);
    if (writes.empty()) {
      expected = 1;
      if (const std::function<void()> task = queue_.TakeTask(); task) {
        task();
      } else {
        checkpointer_.WhenIdle();
      }
      continue;
    }
    const steady_clock::time_point start = steady_clock::now();
    expected = writes.size();
    for (size_t next = 0; next < writes.size();) next = RunGroup(writes, next);
    last_end = steady_clock::now();
    gather = std::min<steady_clock::duration>(kGatherMax, (last_end - start) / 4);
    completions_.Add(std::move(writes));
    checkpointer_.AfterGroup();
  }
}

size_t GroupWriter::RunGroup(std::vector<PendingWrite>& writes, size_t first) {
  size_t next = first;
  size_t cause = writes.size();  // the write that made the engine roll back, if one did
  absl::Status group = Begin();
  const steady_clock::time_point enough = steady_clock::now() + kGroupWorkMax;
  while (group.ok() && next < writes.size() && (next == first || steady_clock::now() < enough)) {
    if (RunOne(writes[next])) {
      ++next;
      continue;
    }
    group = absl::UnavailableError("The engine rolled back the whole group.");
    cause = next++;
  }
  if (group.ok()) group = Commit();
  working_ = group.ok();
  if (!group.ok()) {
    if (connection_->in_transaction()) connection_->Script("ROLLBACK").IgnoreError();
    if (next == first) next = writes.size();  // none could begin
    Fail(writes, first, next, cause, group);
  } else {
    chain_.Tell();
    if (!changes_.empty()) listeners_.Call({head_.epoch, std::exchange(changes_, {})});
  }
  return next;
}

// All get `status`, refusals too: they may rest on what another write of the group did, which is gone now. Only the
// cause keeps what it failed with.
void GroupWriter::Fail(std::vector<PendingWrite>& writes, size_t first, size_t end, size_t cause,
                       const absl::Status& status) {
  if (options_.log) options_.log("sqlite_group_failed", std::string(status.message()));
  for (size_t i = first; i < end; ++i) {
    writes[i].info = CommitInfo{};
    if (i != cause || writes[i].status.ok()) writes[i].status = status;
  }
}

absl::Status GroupWriter::Begin() {
  if (checkpointer_.Overfull()) return RefusedForNow();
  connection_->ForgetFailure();
  changes_.clear();
  chain_.BeginGroup();
  RETURN_IF_ERROR(connection_->Execute("BEGIN IMMEDIATE", {}).status());
  return connection_->Query(kHead, {}, [this](const Row& row) {
    head_ = {row.Int(0), row.Int(1)};
    return absl::OkStatus();
  });
}

bool GroupWriter::RunOne(PendingWrite& write) {
  if (absl::Now() > write.deadline) {
    write.status = errors::DeadlinePassed();
    return true;
  }
  const int64_t number_before = head_.number;
  const size_t changes_before = changes_.size();
  ChainWriter::End chain_before = chain_.end();
  connection_->ForgetFailure();
  connection_->InterruptAt(absl::Now() + kSnapshotMax);
  write.status = RunInSavepoint(write);
  if (!connection_->in_transaction()) return false;
  connection_->ForgetFailure();
  if (!write.status.ok()) {
    head_.number = number_before;
    changes_.resize(changes_before);
    chain_.SetBack(std::move(chain_before));
    write.info = CommitInfo{};
    if (!connection_->Execute("ROLLBACK TO one", {}).ok()) return false;
  }
  return connection_->Execute("RELEASE one", {}).ok();
}

absl::Status GroupWriter::RunInSavepoint(PendingWrite& write) {
  RETURN_IF_ERROR(connection_->Execute("SAVEPOINT one", {}).status());
  SqliteTransaction transaction(*connection_, absl::Now());
  RETURN_IF_ERROR(write.work(transaction));
  RETURN_IF_ERROR(connection_->failure());  // also when `work` took no notice of it
  RETURN_IF_ERROR(transaction.changes().status());
  RETURN_IF_ERROR(chain_.Append(transaction.lines()));
  return InsertChanges(transaction.changes(), transaction.now(), write.info);
}

absl::Status GroupWriter::InsertChanges(ChangeBuffer& changes, absl::Time now, CommitInfo& info) {
  const int64_t first = head_.number + 1;
  for (const ChangeRecord& change : changes.records()) {
    RETURN_IF_ERROR(
        connection_
            ->Execute(kInsertChange, {++head_.number, change.kind, change.name, static_cast<int64_t>(change.operation),
                                      JoinTags(change.tags), now, change.trace_id})
            .status());
    info.position = head_;
  }
  for (Change& change : changes.TakeNumbered(first, now)) changes_.push_back(std::move(change));
  return absl::OkStatus();
}

absl::Status GroupWriter::Commit() {
  connection_->InterruptAt(absl::InfiniteFuture());
  RETURN_IF_ERROR(chain_.EndGroup());
  RETURN_IF_ERROR(connection_->Execute("COMMIT", {}).status());
  counters_.commits.fetch_add(1, std::memory_order_relaxed);
  return absl::OkStatus();
}

absl::Status GroupWriter::ScrubDeleted() {
  auto result = std::make_shared<std::promise<absl::Status>>();
  queue_.PushTask([this, result] { result->set_value(checkpointer_.Truncate()); });
  return result->get_future().get();
}

}  // namespace schutznetz::storage::sqlite
