#include "services/events/view/events_view.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "services/common/changes/follower.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/view/published.h"
#include "services/common/view/record_reader.h"
#include "services/events/view/events_builder.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kSeatsTag = "#seats";

}  // namespace

// Follows the change log and publishes versions, on the follower's thread.
class EventsView::Following final : public changes::ChangeConsumer {
 public:
  Following(storage::Database& database, const EventsRules& rules, const Clock& clock, EventsViewOptions options)
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
    }
    merge_.notify_all();
    if (merger_.joinable()) merger_.join();
  }

  absl::Status Start() {
    RETURN_IF_ERROR(follower_->Start());
    merger_ = std::thread([this] { MergeWhenDue(); });
    return absl::OkStatus();
  }

  absl::StatusOr<storage::Position> Rebuild(storage::Database& database) override {
    ASSIGN_OR_RETURN(const storage::Position position, changes::HeadPosition(database, absl::InfiniteFuture()));
    const auto last = published_.Read();
    auto builder = std::make_shared<EventsBuilder>(rules_, last ? last->number : 0);
    const auto take = [&](const record::Record& record) { return Take(*builder, record); };
    RETURN_IF_ERROR(view::ReadKind(database, kEventKind, take));
    RETURN_IF_ERROR(ReadAllSeats(database, *builder));
    {
      std::lock_guard lock(mutex_);
      builder_ = std::move(builder);
    }
    Publish(position);
    return position;
  }

  absl::Status Apply(storage::ReadTransaction& tx, const changes::ChangeBatch& batch) override {
    if (batch.changes.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(view::ReadChanged(
        tx, batch.changes, [](std::string_view kind) { return kind == kEventKind; },
        [&](const record::Record& record) { return Take(*builder_, record); }));
    RETURN_IF_ERROR(ReadChangedSeats(tx, batch));
    Publish({batch.epoch, batch.to});
    if (builder_->MergeDue()) merge_.notify_all();
    return absl::OkStatus();
  }

  EventsReading Read() const {
    EventsReading reading{.version = published_.Read(), .now = clock_.Now(), .as_of = follower_->confirmed_time()};
    // The follower looks at the machine's clock, so its age is told by the same.
    reading.degraded = absl::Now() - reading.as_of > options_.confirmed_within;
    return reading;
  }

  void AddMetrics(telemetry::Metrics& metrics) {
    metrics.AddGauge("schutznetz_events_view_events", "Events in the view, drafts and deleted ones included.",
                     [this] { return static_cast<double>(published_.Read()->names.size()); });
    metrics.AddGauge("schutznetz_events_view_age_seconds", "Time since the view was last known to be complete.",
                     [this] { return absl::ToDoubleSeconds(absl::Now() - follower_->confirmed_time()); });
    metrics.AddCounterFrom("schutznetz_events_view_versions_total", "Versions of the view that were published.",
                           [this] { return static_cast<double>(versions_.load(std::memory_order_relaxed)); });
  }

  changes::Follower& follower() { return *follower_; }
  const changes::Follower& follower() const { return *follower_; }
  const wire::MessageTable& table() const { return rules_.event().table(); }

 private:
  absl::Status Take(EventsBuilder& builder, const record::Record& record) const {
    const absl::Status status = builder.Put(record);
    if (!absl::IsDataLoss(status)) return status;
    if (options_.log) options_.log("record_unreadable", record.key.kind);
    return absl::OkStatus();
  }
  absl::Status ReadAllSeats(storage::Database& database, EventsBuilder& builder) const {
    if (!options_.all_seats) return absl::OkStatus();
    return options_.all_seats(database, [&](const std::string& id, const SeatNumbers& seats) {
      builder.PutSeats(rules_.event().NameOf(id), seats);
    });
  }
  // A registration says which event it is of by the tag "events/{id}#seats"; an event may have got its row of counts.
  absl::Status ReadChangedSeats(storage::ReadTransaction& tx, const changes::ChangeBatch& batch) {
    if (!options_.seats_of) return absl::OkStatus();
    std::set<std::string> ids;
    for (const changes::Change& change : batch.changes) {
      for (std::string_view tag : change.record.tags) {
        if (!tag.ends_with(kSeatsTag)) continue;
        tag.remove_suffix(kSeatsTag.size());
        ids.insert(std::string(tag.substr(tag.find('/') + 1)));
      }
    }
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(const SeatNumbers seats, options_.seats_of(tx, id));
      builder_->PutSeats(rules_.event().NameOf(id), seats);
    }
    return absl::OkStatus();
  }
  // Merging takes long and holds no lock; the next version has its outcome.
  void MergeWhenDue() {
    std::unique_lock lock(mutex_);
    for (;;) {
      merge_.wait(lock, [&] { return ending_ || (builder_ && builder_->MergeDue()); });
      if (ending_) return;
      const std::shared_ptr<EventsBuilder> builder = builder_;
      lock.unlock();
      builder->Merge();
      lock.lock();
    }
  }
  void Publish(const storage::Position& position) {
    published_.Publish(builder_->Finish(position));
    versions_.fetch_add(1, std::memory_order_relaxed);
  }

  const EventsRules& rules_;
  const Clock& clock_;
  const EventsViewOptions options_;
  std::mutex mutex_;  // which builder there is, and whether this ends
  std::condition_variable merge_;
  bool ending_ = false;
  std::shared_ptr<EventsBuilder> builder_;  // changed by the follower's thread only
  std::thread merger_;
  view::Published<EventsVersion> published_;
  std::atomic<uint64_t> versions_{0};
  std::optional<changes::Follower> follower_;  // last: its thread uses everything above
};

EventsView::EventsView(std::unique_ptr<Following> following) : following_(std::move(following)) {}
EventsView::~EventsView() = default;

absl::StatusOr<std::unique_ptr<EventsView>> EventsView::Start(storage::Database& database, const EventsRules& rules,
                                                              const Clock& clock, telemetry::Metrics* metrics,
                                                              EventsViewOptions options) {
  auto following = std::make_unique<Following>(database, rules, clock, std::move(options));
  RETURN_IF_ERROR(following->Start());
  if (metrics != nullptr) following->AddMetrics(*metrics);
  return std::unique_ptr<EventsView>(new EventsView(std::move(following)));
}

EventsReading EventsView::Read() const { return following_->Read(); }

void EventsView::WhenReached(const storage::Position& position, absl::Time deadline,
                             absl::AnyInvocable<void(absl::Status)> then) {
  if (following_->follower().position().epoch != position.epoch) {
    then(errors::TemporarilyUnavailable(absl::Seconds(1)));
    return;
  }
  following_->follower().WhenReached(position.number, deadline, std::move(then));
}

storage::Position EventsView::position() const { return following_->follower().position(); }
const wire::MessageTable& EventsView::table() const { return following_->table(); }

}  // namespace schutznetz::events
