// Keeps a view up to date: follows the change log and publishes immutable versions on one thread, and merges what the
// search index has gathered on another. What is read, and into what, is the part of each view.
//
//   class DirectoryContent final : public view::Content<VersionBuilder> { … };
//   view::FollowedView<VersionBuilder> view(database, content, clock, options);
//   RETURN_IF_ERROR(view.Start());   // reads the store; ready afterwards
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/common/changes/follower.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record.h"
#include "services/common/storage/database.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/common/view/published.h"
#include "services/common/view/reading.h"

namespace schutznetz::view {

// How a builder is filled. Called by one thread at a time.
//
// A Builder has a `Version` (with a `number` that grows), `Finish(position)`, which gives a shared pointer to one or an
// error, and `MergeDue()` and `Merge()`, which any thread may call beside the others.
template <typename Builder>
class Content {
 public:
  virtual ~Content() = default;

  // A builder that holds everything; its versions are numbered after `last`.
  virtual absl::StatusOr<std::shared_ptr<Builder>> ReadAll(storage::Database& database, uint64_t last) = 0;
  // Takes what the changes name, as it is now. Errors are tried again with the same changes.
  virtual absl::Status ReadChanged(storage::ReadTransaction& tx, const changes::ChangeBatch& batch,
                                   Builder& builder) = 0;
  // The same from what the changes tell, reading nothing. False, with nothing taken, when they tell too little.
  virtual absl::StatusOr<bool> TakeHeard(const changes::ChangeBatch& /*batch*/, Builder& /*builder*/) { return false; }
};

// Puts a record into the builder. One that cannot be read is told to the log; the builder shows it to nobody then.
template <typename Builder>
absl::Status PutOrTell(const record::Record& record, const ViewOptions& options, Builder& builder) {
  const absl::Status status = builder.Put(record);
  if (!absl::IsDataLoss(status)) return status;
  if (options.log) options.log("record_unreadable", record.key.kind);
  return absl::OkStatus();
}

// Thread safe after Start.
template <typename Builder>
class FollowedView final : private changes::ChangeConsumer {
 public:
  using Version = typename Builder::Version;

  // All must outlive it.
  FollowedView(storage::Database& database, Content<Builder>& content, const Clock& clock, const ViewOptions& options)
      : content_(content), clock_(clock), confirmed_within_(options.confirmed_within) {
    changes::FollowerOptions follower_options;
    follower_options.log = options.log;
    changes::ChangeConsumer& consumer = *this;
    follower_.emplace(database, consumer, std::move(follower_options));
  }
  ~FollowedView() override {
    follower_.reset();
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
      merge_.notify_all();
    }
    if (merger_.joinable()) merger_.join();
  }

  // Builds the first version and follows the change log from there. Returns the first error of reading.
  absl::Status Start() {
    RETURN_IF_ERROR(follower_->Start());
    merger_ = std::thread([this] { MergeWhenDue(); });
    return absl::OkStatus();
  }

  // The newest version. A few nanoseconds: each thread keeps its own reference and renews it when a new version is out.
  Reading<Version> Read() const {
    Reading<Version> reading{.version = published_.Read(), .now = clock_.Now(), .as_of = follower_->confirmed_time()};
    // The follower looks at the machine's clock, so its age is told by the same.
    reading.degraded = absl::Now() - reading.as_of > confirmed_within_;
    return reading;
  }

  // UNAVAILABLE for a position of another epoch.
  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) {
    if (follower_->position().epoch != position.epoch) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
    follower_->WhenReached(position.number, deadline, std::move(then));
  }
  storage::Position position() const { return follower_->position(); }

  // `<prefix>_age_seconds` and `<prefix>_versions_total`; `what` names the view in their help. They may be read until
  // it ends.
  void AddMetrics(telemetry::Metrics& metrics, const std::string& prefix, const std::string& what) const {
    metrics.AddGauge(prefix + "_age_seconds", absl::StrCat("Time since ", what, " was last known to be complete."),
                     [this] { return absl::ToDoubleSeconds(absl::Now() - follower_->confirmed_time()); });
    metrics.AddCounterFrom(prefix + "_versions_total", absl::StrCat("Versions of ", what, " that were published."),
                           [this] { return static_cast<double>(versions_.load(std::memory_order_relaxed)); });
  }

 private:
  absl::StatusOr<storage::Position> Rebuild(storage::Database& database) override {
    ASSIGN_OR_RETURN(const storage::Position position, changes::HeadPosition(database, absl::InfiniteFuture()));
    const auto last = published_.Read();
    ASSIGN_OR_RETURN(std::shared_ptr<Builder> builder, content_.ReadAll(database, last ? last->number : 0));
    std::lock_guard lock(mutex_);
    builder_ = std::move(builder);
    RETURN_IF_ERROR(Advance(position));
    return position;
  }
  absl::Status Apply(storage::ReadTransaction& tx, const changes::ChangeBatch& batch) override {
    if (batch.changes.empty()) return absl::OkStatus();
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(content_.ReadChanged(tx, batch, *builder_));
    return Advance({batch.epoch, batch.to});
  }
  absl::StatusOr<bool> ApplyHeard(const changes::ChangeBatch& batch) override {
    std::lock_guard lock(mutex_);
    ASSIGN_OR_RETURN(const bool taken, content_.TakeHeard(batch, *builder_));
    if (taken) RETURN_IF_ERROR(Advance({batch.epoch, batch.to}));
    return taken;
  }

  // Makes and publishes the version at this position. Under the lock.
  absl::Status Advance(const storage::Position& position) {
    const absl::StatusOr<std::shared_ptr<const Version>> version = builder_->Finish(position);
    RETURN_IF_ERROR(version.status());
    built_ = position;
    published_.Publish(*version);
    versions_.fetch_add(1, std::memory_order_relaxed);
    if (builder_->MergeDue()) merge_.notify_all();
    return absl::OkStatus();
  }

  // Merging takes long and holds no lock; the version with its outcome differs in nothing else.
  void MergeWhenDue() {
    std::unique_lock lock(mutex_);
    for (;;) {
      merge_.wait(lock, [&] { return ending_ || (builder_ && builder_->MergeDue()); });
      if (ending_) return;
      const std::shared_ptr<Builder> builder = builder_;
      lock.unlock();
      builder->Merge();
      lock.lock();
      // An error loses nothing: the next change tries again.
      if (builder == builder_) Advance(built_).IgnoreError();
    }
  }

  Content<Builder>& content_;
  const Clock& clock_;
  const absl::Duration confirmed_within_;

  std::mutex mutex_;  // builder_ and what it makes; taken by the follower's thread and the merger
  std::shared_ptr<Builder> builder_;
  storage::Position built_;
  bool ending_ = false;
  std::condition_variable merge_;

  Published<Version> published_;
  std::atomic<uint64_t> versions_{0};
  std::thread merger_;
  std::optional<changes::Follower> follower_;  // last: its thread uses everything above
};

}  // namespace schutznetz::view
