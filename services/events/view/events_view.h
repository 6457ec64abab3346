// What answers the reads of events: all of them in memory, in immutable versions that follow the change log.
//
//   ASSIGN_OR_RETURN(auto view, EventsView::Start(*database, rules, clock, &metrics));   // ready afterwards
//   rpc::Writes writes(*database, view.get());                // a write is answered when the view has it
//   RegisterEventReads(registry, *view, page_tokens);         // services/events/api/event_api.h
//
// With the database away it keeps answering from the last version; five seconds after its position was last confirmed
// its answers are marked degraded and hold back where events are.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/storage/database.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/common/view/reading.h"
#include "services/events/domain/events_rules.h"
#include "services/events/view/events_version.h"

namespace schutznetz::events {

struct EventsViewOptions : view::ViewOptions {
  // Where the view learns what registrations have taken: all at its start, and of one event (by its id) after a change
  // with the tag "events/{id}#seats". Both or none.
  using SeatTaker = absl::FunctionRef<void(const std::string& event_id, const SeatNumbers& seats)>;
  std::function<absl::Status(storage::Database& database, SeatTaker take)> all_seats;
  std::function<absl::StatusOr<SeatNumbers>(storage::ReadTransaction& tx, std::string_view event_id)> seats_of;
};

using EventsReading = view::Reading<EventsVersion>;

// Thread safe. `database`, `rules`, `clock` and `metrics` must outlive it; the metrics may be read until it ends.
class EventsView final : public rpc::PositionWaiter {
 public:
  // Builds the first version from the store and follows the change log from there. Returns the first error of reading
  // (codes of storage::ReadTransaction). An event whose body cannot be read is told to the log and treated as one that
  // nobody may see. `metrics` may be null.
  static absl::StatusOr<std::unique_ptr<EventsView>> Start(storage::Database& database, const EventsRules& rules,
                                                           const Clock& clock, telemetry::Metrics* metrics,
                                                           EventsViewOptions options = {});
  ~EventsView() override;

  // The newest version. A few nanoseconds.
  EventsReading Read() const;

  // UNAVAILABLE for a position of another epoch.
  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override;
  storage::Position position() const override;

  const wire::MessageTable& table() const;

 private:
  struct Parts;
  explicit EventsView(std::unique_ptr<Parts> parts);
  void AddMetrics(telemetry::Metrics& metrics) const;
  std::unique_ptr<Parts> parts_;
};

}  // namespace schutznetz::events
