#include "services/events/view/publication_view.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "services/common/changes/follower.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/view/published.h"
#include "services/common/view/record_reader.h"
#include "services/events/view/publication_builder.h"

namespace schutznetz::events {

// Follows the change log and publishes versions. One thread makes them (the follower's), another merges what the search
// index has gathered.
class PublicationView::Following final : public changes::ChangeConsumer {
 public:
  Following(storage::Database& database, const PublicationRules& rules, const Clock& clock,
            PublicationViewOptions options)
      : rules_(rules), clock_(clock), options_(std::move(options)) {
    changes::FollowerOptions follower_options;
    follower_options.log = options_.log;
    follower_.emplace(database, *this, std::move(follower_options));
  }
  ~Following() override {
    follower_.reset();
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
      merge_.notify_all();
    }
    if (merger_.joinable()) merger_.join();
  }

  absl::Status Start() {
    RETURN_IF_ERROR(follower_->Start());
    merger_ = std::thread([this] { MergeWhenDue(); });
    return absl::OkStatus();
  }

  absl::StatusOr<storage::Position> Rebuild(storage::Database& database) override;
  absl::Status Apply(storage::ReadTransaction& tx, const changes::ChangeBatch& batch) override;
  PublicationReading Read() const;
  void AddMetrics(telemetry::Metrics& metrics);

  changes::Follower& follower() { return *follower_; }
  const changes::Follower& follower() const { return *follower_; }
  const wire::MessageTable& table() const { return rules_.table(); }

 private:
  absl::Status Take(PublicationBuilder& builder, const record::Record& record) const {
    const absl::Status status = builder.Put(record);
    if (!absl::IsDataLoss(status)) return status;
    if (options_.log) options_.log("record_unreadable", record.key.kind);
    return absl::OkStatus();
  }
  void Publish(const storage::Position& position) {
    built_ = position;
    published_.Publish(builder_->Finish(position));
    versions_.fetch_add(1, std::memory_order_relaxed);
  }
  void MergeWhenDue();

  const PublicationRules& rules_;
  const Clock& clock_;
  const PublicationViewOptions options_;

  std::mutex mutex_;  // builder_ and what it makes; taken by the follower's thread and the merger
  std::shared_ptr<PublicationBuilder> builder_;
  storage::Position built_;
  bool ending_ = false;
  std::condition_variable merge_;

  view::Published<PublicationVersion> published_;
  std::atomic<uint64_t> versions_{0};
  std::thread merger_;
  std::optional<changes::Follower> follower_;  // last: its thread uses everything above
};

absl::StatusOr<storage::Position> PublicationView::Following::Rebuild(storage::Database& database) {
  ASSIGN_OR_RETURN(const storage::Position position, changes::HeadPosition(database, absl::InfiniteFuture()));
  const auto last = published_.Read();
  auto builder = std::make_shared<PublicationBuilder>(rules_, last ? last->number : 0);
  RETURN_IF_ERROR(
      view::ReadKind(database, kPublicationKind, [&](const record::Record& record) { return Take(*builder, record); }));
  std::lock_guard lock(mutex_);
  builder_ = std::move(builder);
  Publish(position);
  return position;
}

absl::Status PublicationView::Following::Apply(storage::ReadTransaction& tx, const changes::ChangeBatch& batch) {
  if (batch.changes.empty()) return absl::OkStatus();
  std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(view::ReadChanged(
      tx, batch.changes, [](std::string_view kind) { return kind == kPublicationKind; },
      [&](const record::Record& record) { return Take(*builder_, record); }));
  Publish({batch.epoch, batch.to});
  if (builder_->MergeDue()) merge_.notify_all();
  return absl::OkStatus();
}

// Merging takes long and holds no lock; the version with its outcome differs in nothing else.
void PublicationView::Following::MergeWhenDue() {
  std::unique_lock lock(mutex_);
  for (;;) {
    merge_.wait(lock, [&] { return ending_ || (builder_ && builder_->MergeDue()); });
    if (ending_) return;
    const std::shared_ptr<PublicationBuilder> builder = builder_;
    lock.unlock();
    builder->Merge();
    lock.lock();
    if (builder == builder_) Publish(built_);
  }
}

PublicationReading PublicationView::Following::Read() const {
  PublicationReading reading{.version = published_.Read(), .now = clock_.Now(), .as_of = follower_->confirmed_time()};
  // The follower looks at the machine's clock, so its age is told by the same.
  reading.degraded = absl::Now() - reading.as_of > options_.confirmed_within;
  return reading;
}

void PublicationView::Following::AddMetrics(telemetry::Metrics& metrics) {
  metrics.AddGauge("schutznetz_events_view_publications", "Publications that everybody sees.",
                   [this] { return static_cast<double>(published_.Read()->entered.size()); });
  metrics.AddGauge("schutznetz_events_view_publications_age_seconds",
                   "Time since the view of publications was last known to be complete.",
                   [this] { return absl::ToDoubleSeconds(absl::Now() - follower_->confirmed_time()); });
  metrics.AddCounterFrom("schutznetz_events_view_publications_versions_total",
                         "Versions of the view of publications that were published.",
                         [this] { return static_cast<double>(versions_.load(std::memory_order_relaxed)); });
}

PublicationView::PublicationView(std::unique_ptr<Following> following) : following_(std::move(following)) {}
PublicationView::~PublicationView() = default;

absl::StatusOr<std::unique_ptr<PublicationView>> PublicationView::Start(storage::Database& database,
                                                                        const PublicationRules& rules,
                                                                        const Clock& clock,
                                                                        PublicationViewOptions options) {
  auto following = std::make_unique<Following>(database, rules, clock, std::move(options));
  RETURN_IF_ERROR(following->Start());
  return std::unique_ptr<PublicationView>(new PublicationView(std::move(following)));
}

void PublicationView::AddMetrics(telemetry::Metrics& metrics) const { following_->AddMetrics(metrics); }

PublicationReading PublicationView::Read() const { return following_->Read(); }

void PublicationView::WhenReached(const storage::Position& position, absl::Time deadline,
                                  absl::AnyInvocable<void(absl::Status)> then) {
  if (following_->follower().position().epoch != position.epoch) {
    then(errors::TemporarilyUnavailable(absl::Seconds(1)));
    return;
  }
  following_->follower().WhenReached(position.number, deadline, std::move(then));
}

storage::Position PublicationView::position() const { return following_->follower().position(); }
const wire::MessageTable& PublicationView::table() const { return following_->table(); }

}  // namespace schutznetz::events
