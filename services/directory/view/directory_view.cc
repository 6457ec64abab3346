#include "services/directory/view/directory_view.h"

#include <utility>
#include <vector>

#include "services/common/errors/macros.h"
#include "services/common/view/followed_view.h"
#include "services/common/view/record_reader.h"
#include "services/directory/view/store_reader.h"
#include "services/directory/view/version_builder.h"

namespace schutznetz::directory {
namespace {

bool IsOfView(std::string_view kind) { return KindNamed(kind).has_value(); }

double PublicRecords(const ViewVersion& version, Kind kind) {
  int64_t count = 0;
  version.shown_lists.VisitFrom(GroupItem{GroupOf(kind), {}, 0}, [&](const GroupItem& item) {
    if (item.group != GroupOf(kind)) return false;
    ++count;
    return true;
  });
  return static_cast<double>(count);
}

}  // namespace

// The records of all kinds, and the places that they lie in.
class DirectoryContent final : public view::Content<VersionBuilder> {
 public:
  DirectoryContent(const record::RuleSet& rules, const Clock& clock, const civil::Calendar& calendar,
                   const DirectoryViewOptions& options)
      : rules_(rules), clock_(clock), calendar_(calendar), options_(options) {}

  absl::StatusOr<std::shared_ptr<VersionBuilder>> ReadAll(storage::Database& database, uint64_t last) override {
    ASSIGN_OR_RETURN(PlaceResolver places, ReadPlaces(database));
    auto builder = std::make_shared<VersionBuilder>(rules_);
    builder->NumberAfter(last);
    SetPlaces(std::move(places), *builder);
    for (const Kind kind : kAllKinds) {
      RETURN_IF_ERROR(
          view::ReadKind(database, NameOf(kind), [&](const record::Record& record) { return Put(record, *builder); }));
    }
    return builder;
  }

  absl::Status ReadChanged(storage::ReadTransaction& tx, const changes::ChangeBatch& batch,
                           VersionBuilder& builder) override {
    if (ChangesPlaces(batch.changes)) {
      ASSIGN_OR_RETURN(PlaceResolver places, ReadPlaces(tx));
      SetPlaces(std::move(places), builder);
    }
    return view::ReadChanged(tx, batch.changes, IsOfView,
                             [&](const record::Record& record) { return Put(record, builder); });
  }

  absl::StatusOr<bool> TakeHeard(const changes::ChangeBatch& batch, VersionBuilder& builder) override {
    std::vector<const record::Record*> records;
    if (ChangesPlaces(batch.changes) || !view::RecordsIn(batch.changes, IsOfView, &records)) return false;
    for (const record::Record* record : records) RETURN_IF_ERROR(Put(*record, builder));
    return true;
  }

 private:
  absl::Status Put(const record::Record& record, VersionBuilder& builder) const {
    return view::PutOrTell(record, options_, builder);
  }
  void SetPlaces(PlaceResolver places, VersionBuilder& builder) const {
    builder.SetPlaces(std::make_shared<const PlaceResolver>(std::move(places)),
                      absl::ToCivilDay(clock_.Now(), calendar_.zone()));
  }

  const record::RuleSet& rules_;
  const Clock& clock_;
  const civil::Calendar& calendar_;
  const DirectoryViewOptions& options_;
};

struct DirectoryView::Parts {
  Parts(storage::Database& database, const record::RuleSet& rules, const Clock& clock, civil::Calendar days,
        DirectoryViewOptions view_options)
      : options(std::move(view_options)),
        calendar(std::move(days)),
        tables(rules),
        content(rules, clock, calendar, options),
        followed(database, content, clock, options) {}

  const DirectoryViewOptions options;
  const civil::Calendar calendar;
  const KindTables tables;
  DirectoryContent content;
  view::FollowedView<VersionBuilder> followed;
};

DirectoryView::DirectoryView(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DirectoryView::~DirectoryView() = default;

absl::StatusOr<std::unique_ptr<DirectoryView>> DirectoryView::Start(storage::Database& database,
                                                                    const record::RuleSet& rules, const Clock& clock,
                                                                    telemetry::Metrics* metrics,
                                                                    DirectoryViewOptions options) {
  ASSIGN_OR_RETURN(civil::Calendar calendar, civil::Calendar::Load());
  auto parts = std::make_unique<Parts>(database, rules, clock, std::move(calendar), std::move(options));
  RETURN_IF_ERROR(parts->followed.Start());
  auto view = std::unique_ptr<DirectoryView>(new DirectoryView(std::move(parts)));
  if (metrics != nullptr) view->AddMetrics(*metrics);
  return view;
}

void DirectoryView::AddMetrics(telemetry::Metrics& metrics) const {
  for (const Kind kind : kAllKinds) {
    metrics.AddGauge("schutznetz_directory_view_public_records", "Records that everybody sees.",
                     [this, kind] { return PublicRecords(*Read().version, kind); },
                     {{"kind", std::string(NameOf(kind))}});
  }
  parts_->followed.AddMetrics(metrics, "schutznetz_directory_view", "the view");
}

ViewReading DirectoryView::Read() const { return parts_->followed.Read(); }

void DirectoryView::WhenReached(const storage::Position& position, absl::Time deadline,
                                absl::AnyInvocable<void(absl::Status)> then) {
  parts_->followed.WhenReached(position, deadline, std::move(then));
}

storage::Position DirectoryView::position() const { return parts_->followed.position(); }
const civil::Calendar& DirectoryView::calendar() const { return parts_->calendar; }
const KindTables& DirectoryView::tables() const { return parts_->tables; }

}  // namespace schutznetz::directory
