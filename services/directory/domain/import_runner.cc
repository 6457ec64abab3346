#include "services/directory/domain/import_runner.h"

#include <utility>
#include <vector>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::directory {
namespace {

constexpr size_t kWaitingMax = 8;
constexpr absl::Duration kRetryAfter = absl::Seconds(5);

// Answers once, whoever comes first.
void Answer(ImportRunner::Job& job, absl::StatusOr<ImportApplier::Applied> outcome) {
  if (job.done) std::exchange(job.done, nullptr)(std::move(outcome));
}

}  // namespace

ImportRunner::ImportRunner(const ImportApplier& applier, const Clock& clock, Log log)
    : applier_(applier), clock_(clock), log_(std::move(log)), thread_([this] { Run(); }) {}

ImportRunner::~ImportRunner() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
  for (Job& job : waiting_) Answer(job, errors::Cancelled());
}

void ImportRunner::Submit(Job job) {
  {
    std::lock_guard lock(mutex_);
    if (!stop_ && waiting_.size() < kWaitingMax) {
      waiting_.push_back(std::move(job));
      wake_.notify_all();
      return;
    }
  }
  Answer(job, errors::TemporarilyUnavailable(kRetryAfter));
}

void ImportRunner::Run() {
  EndInterrupted();
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Do(std::move(job));
  }
}

void ImportRunner::EndInterrupted() {
  const absl::StatusOr<std::vector<std::string>> ids = applier_.Interrupted();
  if (!ids.ok()) return;
  for (const std::string& id : *ids) {
    Job job;
    job.id = id;
    const absl::StatusOr<ImportApplier::Applied> outcome = Outcome(job);
    if (!outcome.ok() && log_) log_("import_not_ended", std::string(outcome.status().message()));
  }
}

void ImportRunner::Do(Job job) {
  if (job.known) {
    absl::StatusOr<std::optional<v1::Import>> known = job.known();
    if (!known.ok()) return Answer(job, known.status());
    if (known->has_value()) return Answer(job, ImportApplier::Applied{**std::move(known), {}});
  }
  absl::StatusOr<ImportApplier::Applied> outcome = Outcome(job);
  Answer(job, std::move(outcome));
}

absl::StatusOr<ImportApplier::Applied> ImportRunner::Outcome(Job& job) {
  const auto between = [&](const v1::Import& import) { return Between(job, import); };
  if (job.dry_run) {
    ASSIGN_OR_RETURN(v1::Import import, applier_.DryRun(job.id, between));
    return ImportApplier::Applied{std::move(import), {}};
  }
  const auto finish = [&](storage::Transaction& tx, const v1::Import& import) {
    return job.finish ? job.finish(tx, import) : absl::OkStatus();
  };
  return applier_.Apply(job.id, finish, between);
}

absl::Status ImportRunner::Between(Job& job, const v1::Import& import) {
  RefuseLate();
  if (clock_.Now() >= job.answer_by) {
    if (job.dry_run) return errors::DeadlinePassed();
    Answer(job, ImportApplier::Applied{import, {}});
  }
  std::lock_guard lock(mutex_);
  return stop_ ? errors::Cancelled() : absl::OkStatus();
}

void ImportRunner::RefuseLate() {
  std::vector<Job> late;
  {
    std::lock_guard lock(mutex_);
    const absl::Time now = clock_.Now();
    for (auto job = waiting_.begin(); job != waiting_.end();) {
      if (now < job->answer_by) {
        ++job;
        continue;
      }
      late.push_back(std::move(*job));
      job = waiting_.erase(job);
    }
  }
  for (Job& job : late) Answer(job, errors::DeadlinePassed());
}

}  // namespace schutznetz::directory
