#include "services/common/audit/audit_log.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "services/common/errors/macros.h"

namespace schutznetz::audit {
namespace {

// How often the thread looks whether a checkpoint is due. Other replicas append too, so that only the store knows.
constexpr auto kLookEvery = std::chrono::seconds(1);
constexpr absl::Duration kDropEvery = absl::Hours(1);
constexpr int kCheckpointsMax = 2000;  // of one page

void RaiseTo(std::atomic<int64_t>& value, int64_t at_least) {
  int64_t now = value.load(std::memory_order_relaxed);
  while (now < at_least && !value.compare_exchange_weak(now, at_least, std::memory_order_relaxed)) {
  }
}

}  // namespace

AuditLog::AuditLog(storage::Database& database, const AuditKey& key, const Clock& clock, AuditLogOptions options,
                   std::string log)
    : database_(database),
      key_(key),
      clock_(clock),
      options_(std::move(options)),
      log_(std::move(log)),
      chain_(ChainOf([this](int64_t count, size_t entries) { Appended(count, entries); })),
      checkpoint_us_(absl::ToUnixMicros(clock.Now())),
      recorder_(database, chain_, log_, options_.reads_waiting_max) {}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(storage::Database& database, const AuditKey& key,
                                                         const Clock& clock, AuditLogOptions options) {
  const std::string name = options.name;
  const auto begun = database.WriteAndWait([&](storage::Transaction& tx) { return BeginLog(tx, name); });
  if (!begun.ok()) return begun.status();
  LogHead head;
  RETURN_IF_ERROR(database.Read([&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(head, ReadHead(tx));
    return absl::OkStatus();
  }));
  std::unique_ptr<AuditLog> log(new AuditLog(database, key, clock, std::move(options), head.log));
  RETURN_IF_ERROR(log->EmitNewest());
  log->thread_ = std::thread([raw = log.get()] { raw->Run(); });
  return log;
}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void AuditLog::Saw(const LogHead& head, const StoredCheckpoint& newest) {
  RaiseTo(count_seen_, head.count);
  RaiseTo(count_covered_, newest.count);
  if (newest.count > 0) RaiseTo(checkpoint_us_, absl::ToUnixMicros(newest.time));
}

absl::Status AuditLog::EmitNewest() {
  StoredCheckpoint newest;
  RETURN_IF_ERROR(database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(newest, NewestCheckpoint(tx));
    ASSIGN_OR_RETURN(const LogHead head, ReadHead(tx));
    Saw(head, newest);
    return absl::OkStatus();
  }));
  if (newest.count > 0 && options_.emit) options_.emit(newest.text);
  return absl::OkStatus();
}

std::vector<Entry> AuditLog::EntriesOf(const CallNames& call, std::vector<Fact> facts) const {
  const std::string actor = key_.Pseudonym(call.principal);
  std::vector<Entry> entries;
  entries.reserve(facts.size());
  for (Fact& fact : facts) {
    entries.push_back({.actor = fact.principal.empty() ? actor : key_.Pseudonym(fact.principal),
                       .fact = std::move(fact),
                       .method = call.method,
                       .request_id = call.request_id,
                       .trace_id = call.trace_id});
  }
  return entries;
}

absl::Status AuditLog::Append(storage::Transaction& tx, const CallNames& call, std::vector<Fact> facts) {
  std::vector<Entry> entries = EntriesOf(call, std::move(facts));
  return AppendEntries(tx, chain_, log_, absl::MakeSpan(entries));
}

void AuditLog::Record(const CallNames& call, std::vector<Fact> facts, absl::Time deadline,
                      absl::AnyInvocable<void(absl::Status)> done) {
  recorder_.Record(EntriesOf(call, std::move(facts)), deadline, std::move(done));
}

void AuditLog::Appended(int64_t count, size_t entries) {
  entries_.fetch_add(static_cast<int64_t>(entries), std::memory_order_relaxed);
  RaiseTo(count_seen_, count);
  if (count - count_covered_.load(std::memory_order_relaxed) >= options_.checkpoint_entries) wake_.notify_all();
}

absl::StatusOr<bool> AuditLog::MakeCheckpoint(bool force) {
  Checkpoint checkpoint;
  std::string text;
  const auto committed = database_.WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const LogHead head, LockHead(tx));
    ASSIGN_OR_RETURN(const StoredCheckpoint newest, NewestCheckpoint(tx));
    Saw(head, newest);
    if (newest.count >= head.count || (!force && !IsDue())) return absl::OkStatus();
    checkpoint = {.log = head.log,
                  .count = head.count,
                  .time = absl::FromUnixMicros(absl::ToUnixMicros(clock_.Now())),
                  .head = head.head};
    text = SignedText(checkpoint, key_);
    return KeepCheckpoint(tx, checkpoint, text);
  });
  if (!committed.ok()) return committed.status();
  RaiseTo(checkpoint_us_, absl::ToUnixMicros(clock_.Now()));
  if (text.empty()) return false;
  RaiseTo(count_covered_, checkpoint.count);
  checkpoints_.fetch_add(1, std::memory_order_relaxed);
  if (options_.emit) options_.emit(text);
  return true;
}

bool AuditLog::IsDue() const {
  const int64_t open = count_seen_.load(std::memory_order_relaxed) - count_covered_.load(std::memory_order_relaxed);
  const absl::Time last = absl::FromUnixMicros(checkpoint_us_.load(std::memory_order_relaxed));
  return open >= options_.checkpoint_entries || clock_.Now() >= last + options_.checkpoint_interval;
}

void AuditLog::Run() {
  std::unique_lock lock(mutex_);
  absl::Time next_drop = clock_.Now() + kDropEvery;
  while (!ending_) {
    lock.unlock();
    // A database that is away is asked again with the next look; reads and writes report it.
    if (IsDue()) MakeCheckpoint(/*force=*/false).status().IgnoreError();
    if (clock_.Now() >= next_drop) {
      Drop(clock_.Now() - kEntriesKept).status().IgnoreError();
      next_drop = clock_.Now() + kDropEvery;
    }
    lock.lock();
    if (!ending_) wake_.wait_for(lock, kLookEvery);
  }
}

absl::StatusOr<int64_t> AuditLog::Drop(absl::Time before) {
  int64_t dropped = 0;
  for (int64_t segment = -1; segment != 0; dropped += segment) {
    const auto committed = database_.WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(segment, DropOldestSegment(tx, before));
      return absl::OkStatus();
    });
    if (!committed.ok()) return committed.status();
  }
  return dropped;
}

absl::StatusOr<AuditLog::Page> AuditLog::ReadPage(int64_t after, int count_max, absl::Time deadline) {
  Page page;
  RETURN_IF_ERROR(database_.Read(
      [&](storage::ReadTransaction& tx) -> absl::Status {
        page = Page();
        ASSIGN_OR_RETURN(const LogHead head, ReadHead(tx));
        const int64_t first = std::max(after, head.floor);
        ASSIGN_OR_RETURN(const std::vector<StoredLine> lines, ReadLines(tx, first, count_max));
        for (const StoredLine& line : lines) page.lines.push_back(line.line);
        if (lines.size() == static_cast<size_t>(count_max)) page.next = lines.back().sequence;
        const int64_t last = page.next == 0 ? std::numeric_limits<int64_t>::max() : page.next;
        const int64_t first_checkpoint = after == 0 ? head.floor : after + 1;
        ASSIGN_OR_RETURN(const std::vector<StoredCheckpoint> checkpoints,
                         ReadCheckpoints(tx, first_checkpoint, last, kCheckpointsMax));
        for (const StoredCheckpoint& checkpoint : checkpoints) page.checkpoints.push_back(checkpoint.text);
        return absl::OkStatus();
      },
      deadline));
  return page;
}

AuditStatistics AuditLog::Statistics() const {
  return {.entries = entries_.load(std::memory_order_relaxed),
          .reads_refused = recorder_.refused(),
          .checkpoints = checkpoints_.load(std::memory_order_relaxed),
          .checkpoint_time = absl::FromUnixMicros(checkpoint_us_.load(std::memory_order_relaxed))};
}

}  // namespace schutznetz::audit
