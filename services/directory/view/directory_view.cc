#include "services/directory/view/directory_view.h"

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
#include "services/directory/view/store_reader.h"
#include "services/directory/view/version_builder.h"

namespace schutznetz::directory {
namespace {

bool IsOfView(std::string_view kind) { return KindNamed(kind).has_value(); }

}  // namespace

// Follows the change log and publishes versions. One thread makes them (the follower's), another merges what the search
// indexes have gathered.
class DirectoryView::Following final : public changes::ChangeConsumer {
 public:
  Following(storage::Database& database, const record::RuleSet& rules, const Clock& clock, civil::Calendar calendar,
            DirectoryViewOptions options)
      : rules_(rules), clock_(clock), calendar_(std::move(calendar)), options_(std::move(options)), tables_(rules) {
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
  absl::StatusOr<bool> ApplyHeard(const changes::ChangeBatch& batch) override;
  ViewReading Read() const;
  void AddMetrics(telemetry::Metrics& metrics);

  changes::Follower& follower() { return *follower_; }
  const changes::Follower& follower() const { return *follower_; }
  const civil::Calendar& calendar() const { return calendar_; }
  const KindTables& tables() const { return tables_; }

 private:
  absl::Status Take(VersionBuilder& builder, const record::Record& record) const;
  absl::CivilDay Today() const { return absl::ToCivilDay(clock_.Now(), calendar_.zone()); }
  // Makes and publishes the version at this position. Under the lock.
  absl::Status Advance(storage::Position position);
  void Publish(std::shared_ptr<const ViewVersion> version);
  void MergeWhenDue();
  double PublicRecords(Kind kind) const;

  const record::RuleSet& rules_;
  const Clock& clock_;
  const civil::Calendar calendar_;
  const DirectoryViewOptions options_;
  const KindTables tables_;

  std::mutex mutex_;  // builder_ and what it makes; taken by the follower's thread and the merger
  std::shared_ptr<VersionBuilder> builder_;
  storage::Position built_;
  bool ending_ = false;
  std::condition_variable merge_;

  view::Published<ViewVersion> published_;
  std::atomic<uint64_t> versions_{0};
  std::thread merger_;
  std::optional<changes::Follower> follower_;  // last: its thread uses everything above
};

absl::Status DirectoryView::Following::Take(VersionBuilder& builder, const record::Record& record) const {
  const absl::Status status = builder.Put(record);
  if (!absl::IsDataLoss(status)) return status;
  if (options_.log) options_.log("record_unreadable", record.key.kind);
  return absl::OkStatus();
}

absl::StatusOr<storage::Position> DirectoryView::Following::Rebuild(storage::Database& database) {
  ASSIGN_OR_RETURN(const storage::Position position, changes::HeadPosition(database, absl::InfiniteFuture()));
  ASSIGN_OR_RETURN(PlaceResolver places, ReadPlaces(database));
  auto builder = std::make_shared<VersionBuilder>(rules_);
  if (const auto last = published_.Read()) builder->NumberAfter(last->number);
  builder->SetPlaces(std::make_shared<const PlaceResolver>(std::move(places)), Today());
  for (const Kind kind : kAllKinds) {
    RETURN_IF_ERROR(
        view::ReadKind(database, NameOf(kind), [&](const record::Record& record) { return Take(*builder, record); }));
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const ViewVersion> version, builder->Finish(position));
  std::lock_guard lock(mutex_);
  builder_ = std::move(builder);
  built_ = position;
  Publish(std::move(version));
  return position;
}

absl::Status DirectoryView::Following::Apply(storage::ReadTransaction& tx, const changes::ChangeBatch& batch) {
  if (batch.changes.empty()) return absl::OkStatus();
  std::lock_guard lock(mutex_);
  if (ChangesPlaces(batch.changes)) {
    ASSIGN_OR_RETURN(PlaceResolver places, ReadPlaces(tx));
    builder_->SetPlaces(std::make_shared<const PlaceResolver>(std::move(places)), Today());
  }
  RETURN_IF_ERROR(
      view::ReadChanged(tx, batch.changes, IsOfView, [&](const record::Record& r) { return Take(*builder_, r); }));
  return Advance({batch.epoch, batch.to});
}

absl::StatusOr<bool> DirectoryView::Following::ApplyHeard(const changes::ChangeBatch& batch) {
  std::vector<const record::Record*> records;
  if (ChangesPlaces(batch.changes) || !view::RecordsIn(batch.changes, IsOfView, &records)) return false;
  std::lock_guard lock(mutex_);
  for (const record::Record* record : records) RETURN_IF_ERROR(Take(*builder_, *record));
  RETURN_IF_ERROR(Advance({batch.epoch, batch.to}));
  return true;
}

absl::Status DirectoryView::Following::Advance(storage::Position position) {
  ASSIGN_OR_RETURN(std::shared_ptr<const ViewVersion> version, builder_->Finish(position));
  built_ = position;
  Publish(std::move(version));
  if (builder_->indexes().MergeDue()) merge_.notify_all();
  return absl::OkStatus();
}

void DirectoryView::Following::Publish(std::shared_ptr<const ViewVersion> version) {
  published_.Publish(std::move(version));
  versions_.fetch_add(1, std::memory_order_relaxed);
}

// Merging takes long and holds no lock; the version with its outcome differs in nothing else.
void DirectoryView::Following::MergeWhenDue() {
  std::unique_lock lock(mutex_);
  for (;;) {
    merge_.wait(lock, [&] { return ending_ || (builder_ && builder_->indexes().MergeDue()); });
    if (ending_) return;
    const std::shared_ptr<VersionBuilder> builder = builder_;
    lock.unlock();
    builder->indexes().Merge();
    lock.lock();
    if (builder != builder_) continue;
    auto version = builder_->Finish(built_);
    if (version.ok()) Publish(*std::move(version));
  }
}

ViewReading DirectoryView::Following::Read() const {
  ViewReading reading{.version = published_.Read(), .now = clock_.Now(), .as_of = follower_->confirmed_time()};
  // The follower looks at the machine's clock, so its age is told by the same.
  reading.degraded = absl::Now() - reading.as_of > options_.confirmed_within;
  return reading;
}

double DirectoryView::Following::PublicRecords(Kind kind) const {
  int64_t count = 0;
  const auto version = published_.Read();
  if (!version) return 0;
  version->shown_lists.VisitFrom(GroupItem{GroupOf(kind), {}, 0}, [&](const GroupItem& item) {
    if (item.group != GroupOf(kind)) return false;
    ++count;
    return true;
  });
  return static_cast<double>(count);
}

void DirectoryView::Following::AddMetrics(telemetry::Metrics& metrics) {
  for (const Kind kind : kAllKinds) {
    metrics.AddGauge("schutznetz_directory_view_public_records", "Records that everybody sees.",
                     [this, kind] { return PublicRecords(kind); }, {{"kind", std::string(NameOf(kind))}});
  }
  metrics.AddGauge("schutznetz_directory_view_age_seconds", "Time since the view was last known to be complete.",
                   [this] { return absl::ToDoubleSeconds(absl::Now() - follower_->confirmed_time()); });
  metrics.AddCounterFrom("schutznetz_directory_view_versions_total", "Versions of the view that were published.",
                         [this] { return static_cast<double>(versions_.load(std::memory_order_relaxed)); });
}

DirectoryView::DirectoryView(std::unique_ptr<Following> following) : following_(std::move(following)) {}
DirectoryView::~DirectoryView() = default;

absl::StatusOr<std::unique_ptr<DirectoryView>> DirectoryView::Start(storage::Database& database,
                                                                    const record::RuleSet& rules, const Clock& clock,
                                                                    telemetry::Metrics* metrics,
                                                                    DirectoryViewOptions options) {
  ASSIGN_OR_RETURN(civil::Calendar calendar, civil::Calendar::Load());
  auto following = std::make_unique<Following>(database, rules, clock, std::move(calendar), std::move(options));
  RETURN_IF_ERROR(following->Start());
  if (metrics != nullptr) following->AddMetrics(*metrics);
  return std::unique_ptr<DirectoryView>(new DirectoryView(std::move(following)));
}

ViewReading DirectoryView::Read() const { return following_->Read(); }

void DirectoryView::WhenReached(const storage::Position& position, absl::Time deadline,
                                absl::AnyInvocable<void(absl::Status)> then) {
  if (following_->follower().position().epoch != position.epoch) {
    then(errors::TemporarilyUnavailable(absl::Seconds(1)));
    return;
  }
  following_->follower().WhenReached(position.number, deadline, std::move(then));
}

storage::Position DirectoryView::position() const { return following_->follower().position(); }
const civil::Calendar& DirectoryView::calendar() const { return following_->calendar(); }
const KindTables& DirectoryView::tables() const { return following_->tables(); }

}  // namespace schutznetz::directory
