#include "services/events/calendar/event_calendar.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/common/time/timestamp.h"
#include "services/events/calendar/ical_owned.h"
#include "services/events/calendar/time_zone_component.h"

namespace schutznetz::events {
namespace {

constexpr char kProduct[] = "-//Schutznetz//Events//DE";
constexpr char kDefaultZone[] = "Europe/Berlin";
constexpr int kRefreshSeconds = 3600;
constexpr size_t kDescriptionMax = 1500;  // a feed of 1,000 entries stays below the size of an answer

// The zones that entries speak of, with the time they need them for.
class Zones {
 public:
  // The zone's name; an unknown one is the default one.
  std::string Use(const std::string& asked, absl::Time start, absl::Time end) {
    const std::string name = asked.empty() ? kDefaultZone : asked;
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(name, &zone)) return Use(kDefaultZone, start, end);
    auto [entry, is_new] = used_.try_emplace(name, Used{zone, start, end});
    if (!is_new) {
      entry->second.first = std::min(entry->second.first, start);
      entry->second.last = std::max(entry->second.last, end);
    }
    return name;
  }
  absl::TimeZone Get(const std::string& name) const { return used_.at(name).zone; }
  void AddAll(icalcomponent* calendar) const {
    for (const auto& [name, used] : used_) AddTo(calendar, TimeZoneComponent(name, used.zone, used.first, used.last));
  }

 private:
  struct Used {
    absl::TimeZone zone;
    absl::Time first;
    absl::Time last;
  };
  std::map<std::string, Used> used_;
};

icaltimetype UtcTime(absl::Time time) {
  return icaltime_from_timet_with_zone(absl::ToTimeT(time), 0, icaltimezone_get_utc_timezone());
}

icaltimetype ZonedTime(absl::Time time, absl::TimeZone zone) {
  const absl::CivilSecond second = absl::ToCivilSecond(time, zone);
  icaltimetype local = icaltime_null_time();
  local.year = static_cast<int>(second.year());
  local.month = second.month();
  local.day = second.day();
  local.hour = second.hour();
  local.minute = second.minute();
  local.second = second.second();
  return local;
}

void Add(icalcomponent* component, icalproperty* property) { icalcomponent_add_property(component, property); }

// A time by the zone's clock; by UTC where that clock shows it twice, because programs differ in which one they take.
void AddTime(icalcomponent* component, icalproperty* (*make)(icaltimetype), absl::Time time, const std::string& name,
             absl::TimeZone zone) {
  if (zone.At(absl::ToCivilSecond(time, zone)).kind == absl::TimeZone::TimeInfo::REPEATED) {
    return Add(component, make(UtcTime(time)));
  }
  icalproperty* const property = make(ZonedTime(time, zone));
  icalproperty_add_parameter(property, icalparameter_new_tzid(name.c_str()));
  Add(component, property);
}

void AddExtension(icalcomponent* component, const char* name, const std::string& value) {
  icalproperty* const property = icalproperty_new_x(value.c_str());
  icalproperty_set_x_name(property, name);
  Add(component, property);
}

OwnedComponent NewCalendar(icalproperty_method method) {
  OwnedComponent calendar = NewComponent(ICAL_VCALENDAR_COMPONENT);
  Add(calendar.get(), icalproperty_new_version("2.0"));
  Add(calendar.get(), icalproperty_new_prodid(kProduct));
  Add(calendar.get(), icalproperty_new_calscale("GREGORIAN"));
  Add(calendar.get(), icalproperty_new_method(method));
  return calendar;
}

std::string IdOf(std::string_view name) { return std::string(name.substr(name.rfind('/') + 1)); }

bool IsCancelled(const CalendarEvent& told) {
  return told.cancelled_for_reader || told.event->state() == v1::Event::CANCELLED;
}

std::string SummaryOf(const v1::Event& event, const v1::Session& session, std::string_view language) {
  const std::string title = TitleIn(event, language);
  const std::string own = TextIn(session.title(), language);
  return own.empty() ? title : absl::StrCat(title, ": ", own);
}

const v1::OnlineRoom& RoomOf(const v1::Session& session) { return session.online_room(); }

std::string DescriptionOf(const CalendarEvent& told, const v1::Session& session, const std::string& language) {
  const v1::Event& event = *told.event;
  std::vector<std::string> paragraphs;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) paragraphs.push_back(text);
  };
  if (event.state() == v1::Event::CANCELLED) add(TextIn(event.cancellation(), language));
  add(TextIn(event.description(), language));
  if (told.with_way_in) {
    add(RoomOf(session).join_url());
    add(RoomOf(session).join_note());
  }
  add(TextIn(RoomOf(session).requirements(), language));
  add(TextIn(session.place().directions(), language));
  std::string description = absl::StrJoin(paragraphs, "\n\n");
  if (description.size() <= kDescriptionMax) return description;
  size_t end = kDescriptionMax;
  while (end > 0 && (static_cast<unsigned char>(description[end]) & 0xC0) == 0x80) --end;
  return description.substr(0, end) + "…";
}

// What the entry is about, in words.
void AddTexts(icalcomponent* entry, const CalendarEvent& told, const v1::Session& session,
              const std::string& language) {
  const v1::Event& event = *told.event;
  Add(entry, icalproperty_new_summary(CalendarText(SummaryOf(event, session, language)).c_str()));
  const std::string description = CalendarText(DescriptionOf(told, session, language));
  if (!description.empty()) Add(entry, icalproperty_new_description(description.c_str()));
  std::string place = PlaceLine(session.place());
  if (place.empty() && session.has_online_room()) place = "Online";
  if (!place.empty()) Add(entry, icalproperty_new_location(CalendarText(place).c_str()));
  if (!event.website().empty()) Add(entry, icalproperty_new_url(event.website().c_str()));
  if (!told.with_way_in || RoomOf(session).join_url().empty()) return;
  icalproperty* const conference = icalproperty_new_conference(RoomOf(session).join_url().c_str());
  icalproperty_add_parameter(conference, icalparameter_new_value(ICAL_VALUE_URI));
  Add(entry, conference);
}

void AddOrganizer(icalcomponent* entry, const v1::Event& event, const CalendarReader& reader) {
  const std::string& address = event.email().empty() ? reader.organizer_address : event.email();
  if (!address.empty()) Add(entry, icalproperty_new_organizer(("mailto:" + address).c_str()));
}

OwnedComponent EntryOf(const CalendarEvent& told, const v1::Session& session, const CalendarReader& reader,
                       Zones& zones) {
  const v1::Event& event = *told.event;
  const absl::Time start = TimeOf(session.start_time());
  const absl::Time end = TimeOf(session.end_time());
  const std::string zone = zones.Use(session.time_zone(), start, end);
  const absl::Time changed = event.has_update_time() ? TimeOf(event.update_time()) : reader.now;
  OwnedComponent entry = NewComponent(ICAL_VEVENT_COMPONENT);
  Add(entry.get(), icalproperty_new_uid(SessionUid(event, session).c_str()));
  Add(entry.get(), icalproperty_new_dtstamp(UtcTime(changed)));
  Add(entry.get(), icalproperty_new_sequence(event.calendar_sequence()));
  if (event.has_create_time()) Add(entry.get(), icalproperty_new_created(UtcTime(TimeOf(event.create_time()))));
  if (event.has_update_time()) Add(entry.get(), icalproperty_new_lastmodified(UtcTime(changed)));
  AddTime(entry.get(), icalproperty_new_dtstart, start, zone, zones.Get(zone));
  AddTime(entry.get(), icalproperty_new_dtend, end, zone, zones.Get(zone));
  AddTexts(entry.get(), told, session, reader.language);
  AddOrganizer(entry.get(), event, reader);
  Add(entry.get(), icalproperty_new_status(IsCancelled(told) ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
  Add(entry.get(), icalproperty_new_transp(IsCancelled(told) ? ICAL_TRANSP_TRANSPARENT : ICAL_TRANSP_OPAQUE));
  return entry;
}

void AddAttendee(icalcomponent* entry, std::string_view address, std::string_view display_name) {
  icalproperty* const attendee = icalproperty_new_attendee(absl::StrCat("mailto:", std::string(address)).c_str());
  if (!display_name.empty()) {
    icalproperty_add_parameter(attendee, icalparameter_new_cn(CalendarText(display_name).c_str()));
  }
  // They have registered: no answer is waited for.
  icalproperty_add_parameter(attendee, icalparameter_new_partstat(ICAL_PARTSTAT_ACCEPTED));
  icalproperty_add_parameter(attendee, icalparameter_new_rsvp(ICAL_RSVP_FALSE));
  Add(entry, attendee);
}

bool IsTold(const CalendarEvent& told, const v1::Session& session) {
  return told.sessions.empty() || told.sessions.contains(session.session_id());
}

}  // namespace

std::string CalendarText(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    const bool is_control = (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == 0x7F;
    clean.push_back(c == '\r' ? '\n' : is_control ? ' ' : c);
  }
  return clean;
}

std::string SerializeCalendar(icalcomponent* component) {
  char* const text = icalcomponent_as_ical_string_r(component);
  std::string result = text != nullptr ? text : "";
  icalmemory_free_buffer(text);
  return result;
}

std::string SessionUid(const v1::Event& event, const v1::Session& session) {
  return absl::StrCat(session.session_id(), ".", IdOf(event.name()), "@events.schutznetz");
}

int SessionCount(const CalendarEvent& told) {
  return static_cast<int>(std::count_if(told.event->sessions().begin(), told.event->sessions().end(),
                                        [&](const v1::Session& session) { return IsTold(told, session); }));
}

std::string CalendarFeed(const std::vector<CalendarEvent>& events, std::string_view name,
                         const CalendarReader& reader) {
  OwnedComponent calendar = NewCalendar(ICAL_METHOD_PUBLISH);
  const std::string title = CalendarText(name);
  Add(calendar.get(), icalproperty_new_name(title.c_str()));
  AddExtension(calendar.get(), "X-WR-CALNAME", title);  // what most programs read in place of NAME
  icalproperty* const refresh = icalproperty_new_refreshinterval(icaldurationtype_from_int(kRefreshSeconds));
  icalproperty_add_parameter(refresh, icalparameter_new_value(ICAL_VALUE_DURATION));
  Add(calendar.get(), refresh);
  AddExtension(calendar.get(), "X-PUBLISHED-TTL", "PT1H");
  Zones zones;
  std::vector<OwnedComponent> entries;
  for (const CalendarEvent& told : events) {
    for (const v1::Session& session : told.event->sessions()) {
      if (IsTold(told, session)) entries.push_back(EntryOf(told, session, reader, zones));
    }
  }
  zones.AddAll(calendar.get());
  for (OwnedComponent& entry : entries) AddTo(calendar.get(), std::move(entry));
  return SerializeCalendar(calendar.get());
}

std::vector<mail::CalendarPart> Invitations(const CalendarEvent& told, std::string_view address,
                                            std::string_view display_name, const CalendarReader& reader) {
  std::vector<mail::CalendarPart> parts;
  const bool is_cancelled = IsCancelled(told);
  for (const v1::Session& session : told.event->sessions()) {
    if (!IsTold(told, session)) continue;
    OwnedComponent calendar = NewCalendar(is_cancelled ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST);
    Zones zones;
    OwnedComponent entry = EntryOf(told, session, reader, zones);
    AddAttendee(entry.get(), address, display_name);
    zones.AddAll(calendar.get());
    AddTo(calendar.get(), std::move(entry));
    parts.push_back({is_cancelled ? "CANCEL" : "REQUEST", SerializeCalendar(calendar.get())});
  }
  return parts;
}

std::string TextIn(const common::v1::LocalizedText& text, std::string_view language) {
  for (const std::string_view wanted : {language, std::string_view("de")}) {
    for (const common::v1::Translation& translation : text.translations()) {
      if (translation.language_code() == wanted) return translation.text();
    }
  }
  return text.translations().empty() ? "" : text.translations(0).text();
}

std::string TitleIn(const v1::Event& event, std::string_view language) {
  for (const common::v1::Translation& translation : event.title().translations()) {
    if (translation.language_code() == language) return translation.text();
  }
  return event.display_name();
}

std::string PlaceLine(const v1::Place& place) {
  std::vector<std::string> parts;
  const std::string town = place.postcode().empty() || place.city().empty()
                               ? place.postcode() + place.city()
                               : absl::StrCat(place.postcode(), " ", place.city());
  for (const std::string& part : {place.display_name(), place.room(), place.street(), town}) {
    if (!part.empty()) parts.push_back(part);
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace schutznetz::events
