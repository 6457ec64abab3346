#include "services/events/view/calendar_reads.h"

#include <algorithm>
#include <vector>

#include "services/common/errors/errors.h"
#include "services/events/calendar/event_calendar.h"

namespace schutznetz::events {
namespace {

constexpr char kFeedName[] = "Schutznetz: Veranstaltungen";

bool IsAnnounced(const EventEntry& entry) { return entry.is_public() && entry.event.state() != v1::Event::DRAFT; }

bool PassesAttendance(v1::Event::Attendance held, v1::Event::Attendance asked) {
  return asked == v1::Event::ATTENDANCE_UNSPECIFIED || held == asked ||
         (held == v1::Event::HYBRID && asked != v1::Event::HYBRID);
}

template <typename Values, typename Value>
bool IsOneOf(const Values& values, Value value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool PassesProfession(const v1::Event& event, const v1::GetEventsCalendarRequest& request) {
  if (request.profession().empty() || event.audience().empty()) return true;
  return std::any_of(event.audience().begin(), event.audience().end(),
                     [&](int profession) { return IsOneOf(request.profession(), profession); });
}

bool Passes(const v1::Event& event, const v1::GetEventsCalendarRequest& request) {
  if (!request.land().empty() && event.land() != request.land()) return false;
  if (!request.network().empty() && event.network() != request.network()) return false;
  if (!request.series().empty() && event.series() != request.series()) return false;
  if (!request.type().empty() && !IsOneOf(request.type(), static_cast<int>(event.type()))) return false;
  return PassesAttendance(event.attendance(), request.attendance()) && PassesProfession(event, request);
}

// The event as everybody sees it: the way in is not there to be told. While the view may be out of date, nor are
// places, which a protection raised meanwhile may withhold.
v1::Event ShownEvent(const EventsReading& reading, const EventEntry& entry) {
  v1::Event event;
  event.ParseFromString(entry.shown);
  if (reading.degraded) {
    for (v1::Session& session : *event.mutable_sessions()) session.clear_place();
  }
  return event;
}

std::string Feed(const std::vector<v1::Event>& events, const std::string& name, const std::string& language,
                 absl::Time now) {
  std::vector<CalendarEvent> told;
  told.reserve(events.size());
  for (const v1::Event& event : events) told.push_back({.event = &event});
  return CalendarFeed(told, name, {.language = language.empty() ? "de" : language, .now = now});
}

absl::Time NextDay(absl::Time now) {
  return absl::FromCivil(absl::ToCivilDay(now, absl::UTCTimeZone()) + 1, absl::UTCTimeZone());
}

}  // namespace

Calendar ReadEventsCalendar(const EventsReading& reading, const v1::GetEventsCalendarRequest& request) {
  // Counted from a whole day, so that the calendar is the same all day.
  const absl::Time day = NextDay(reading.now);
  std::vector<v1::Event> events;
  int entries = 0;
  reading.version->times.VisitFrom(TimeItem{absl::ToUnixMicros(day - kCalendarPast), 0, 0}, [&](const TimeItem& item) {
    const EventEntry* const entry = reading.version->entries.Get(item.slot);
    if (entry == nullptr || !IsAnnounced(*entry) || !Passes(entry->event, request)) return true;
    if (entry->event.sessions().empty()) return true;
    entries += entry->event.sessions_size();
    if (entries > kCalendarEntriesMax) return false;
    events.push_back(ShownEvent(reading, *entry));
    return true;
  });
  std::sort(events.begin(), events.end(), [](const v1::Event& a, const v1::Event& b) { return a.name() < b.name(); });
  return {Feed(events, kFeedName, request.language(), reading.as_of), day};
}

absl::StatusOr<Calendar> ReadEventCalendar(const EventsReading& reading, const v1::GetEventCalendarRequest& request) {
  const EventEntry* const entry = reading.version->Find(request.name());
  if (entry == nullptr || !IsAnnounced(*entry)) return errors::NotFound(request.name());
  const std::vector<v1::Event> events = {ShownEvent(reading, *entry)};
  const std::string name = TitleIn(events.front(), request.language());
  return Calendar{Feed(events, name, request.language(), reading.as_of), absl::InfiniteFuture()};
}

}  // namespace schutznetz::events
