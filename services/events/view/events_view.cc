#include "services/events/view/events_view.h"

#include <set>
#include <string>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/view/followed_view.h"
#include "services/common/view/record_reader.h"
#include "services/events/view/events_builder.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kSeatsTag = "#seats";

}  // namespace

// The events, and what registrations have taken of each.
class EventsContent final : public view::Content<EventsBuilder> {
 public:
  EventsContent(const EventsRules& rules, const EventsViewOptions& options) : rules_(rules), options_(options) {}

  absl::StatusOr<std::shared_ptr<EventsBuilder>> ReadAll(storage::Database& database, uint64_t last) override {
    auto builder = std::make_shared<EventsBuilder>(rules_, last);
    RETURN_IF_ERROR(view::ReadKind(database, kEventKind, [&](const record::Record& record) {
      return view::PutOrTell(record, options_, *builder);
    }));
    RETURN_IF_ERROR(ReadAllSeats(database, *builder));
    return builder;
  }

  absl::Status ReadChanged(storage::ReadTransaction& tx, const changes::ChangeBatch& batch,
                           EventsBuilder& builder) override {
    RETURN_IF_ERROR(view::ReadChanged(
        tx, batch.changes, [](std::string_view kind) { return kind == kEventKind; },
        [&](const record::Record& record) { return view::PutOrTell(record, options_, builder); }));
    return ReadChangedSeats(tx, batch, builder);
  }

 private:
  absl::Status ReadAllSeats(storage::Database& database, EventsBuilder& builder) const {
    if (!options_.all_seats) return absl::OkStatus();
    return options_.all_seats(database, [&](const std::string& id, const SeatNumbers& seats) {
      builder.PutSeats(rules_.event().NameOf(id), seats);
    });
  }
  // A registration says which event it is of by the tag "events/{id}#seats"; an event may have got its row of counts.
  absl::Status ReadChangedSeats(storage::ReadTransaction& tx, const changes::ChangeBatch& batch,
                                EventsBuilder& builder) const {
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
      builder.PutSeats(rules_.event().NameOf(id), seats);
    }
    return absl::OkStatus();
  }

  const EventsRules& rules_;
  const EventsViewOptions& options_;
};

struct EventsView::Parts {
  Parts(storage::Database& database, const EventsRules& events_rules, const Clock& clock,
        EventsViewOptions view_options)
      : options(std::move(view_options)),
        rules(events_rules),
        content(rules, options),
        followed(database, content, clock, options) {}

  const EventsViewOptions options;
  const EventsRules& rules;
  EventsContent content;
  view::FollowedView<EventsBuilder> followed;
};

EventsView::EventsView(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
EventsView::~EventsView() = default;

absl::StatusOr<std::unique_ptr<EventsView>> EventsView::Start(storage::Database& database, const EventsRules& rules,
                                                              const Clock& clock, telemetry::Metrics* metrics,
                                                              EventsViewOptions options) {
  auto parts = std::make_unique<Parts>(database, rules, clock, std::move(options));
  RETURN_IF_ERROR(parts->followed.Start());
  auto view = std::unique_ptr<EventsView>(new EventsView(std::move(parts)));
  if (metrics != nullptr) view->AddMetrics(*metrics);
  return view;
}

void EventsView::AddMetrics(telemetry::Metrics& metrics) const {
  metrics.AddGauge("schutznetz_events_view_events", "Events in the view, drafts and deleted ones included.",
                   [this] { return static_cast<double>(Read().version->names.size()); });
  parts_->followed.AddMetrics(metrics, "schutznetz_events_view", "the view");
}

EventsReading EventsView::Read() const { return parts_->followed.Read(); }

void EventsView::WhenReached(const storage::Position& position, absl::Time deadline,
                             absl::AnyInvocable<void(absl::Status)> then) {
  parts_->followed.WhenReached(position, deadline, std::move(then));
}

storage::Position EventsView::position() const { return parts_->followed.position(); }
const wire::MessageTable& EventsView::table() const { return parts_->rules.event().table(); }

}  // namespace schutznetz::events
