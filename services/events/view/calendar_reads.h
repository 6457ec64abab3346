// Calendars to subscribe to, from a version: what everybody sees, whoever asks.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/calendar.pb.h"
#include "services/events/view/events_view.h"

namespace schutznetz::events {

inline constexpr absl::Duration kCalendarPast = absl::Hours(24 * 90);
inline constexpr int kCalendarEntriesMax = 1000;

struct Calendar {
  std::string text;
  // Until when it stays true if nothing changes: the end of the next day, when what is too long ago drops out.
  absl::Time valid_until;
};

// The filtered calendar.
Calendar ReadEventsCalendar(const EventsReading& reading, const v1::GetEventsCalendarRequest& request);

// All dates of one event, however long ago. NOT_FOUND: there is no such event for everybody, or it is a draft.
absl::StatusOr<Calendar> ReadEventCalendar(const EventsReading& reading, const v1::GetEventCalendarRequest& request);

}  // namespace schutznetz::events
