#include "services/events/calendar/calendar_import.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/formats.h"
#include "services/events/calendar/content_lines.h"
#include "services/events/calendar/entry_times.h"
#include "services/events/calendar/event_calendar.h"
#include "services/events/calendar/ical_owned.h"

namespace schutznetz::events {
namespace {

constexpr size_t kTitleMax = 300;
constexpr size_t kTextMax = 8000;
constexpr size_t kPlaceMax = 300;
constexpr size_t kTopicMax = 100;
constexpr int kTopicsMax = 20;

// A text of the entry in one line or several, at most `max` bytes and no character cut; empty without one.
std::string TextOf(icalcomponent* entry, icalproperty_kind kind, size_t max) {
  icalproperty* const property = icalcomponent_get_first_property(entry, kind);
  const char* const value = property != nullptr ? icalproperty_get_value_as_string(property) : nullptr;
  if (value == nullptr) return "";
  icalvalue* const held = icalproperty_get_value(property);
  const char* const text = icalvalue_isa(held) == ICAL_TEXT_VALUE ? icalvalue_get_text(held) : value;
  std::string clean = CalendarText(text != nullptr ? text : "");
  if (clean.size() <= max) return clean;
  size_t end = max;
  while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0) == 0x80) --end;
  clean.resize(end);
  return clean;
}

std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// What makes an entry one that is not taken; empty otherwise.
std::string_view KindFault(const CalendarBlock& block, icalcomponent* entry) {
  if (icalcomponent_get_first_property(entry, ICAL_RECURRENCEID_PROPERTY) != nullptr) {
    return "Changes one date of a series: take the series and change its session.";
  }
  if (icalcomponent_get_status(entry) == ICAL_STATUS_CANCELLED) return "Is cancelled.";
  if (LineOf(block, "SUMMARY") == block.line) return "Has no SUMMARY.";
  return {};
}

// The line of the first property that libical could not read.
std::optional<int> BrokenLine(const CalendarBlock& block, icalcomponent* entry) {
  if (icalcomponent_count_errors(entry) == 0) return std::nullopt;
  for (const char* name : {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE"}) {
    const bool stands_there = LineOf(block, name) != block.line;
    const icalproperty_kind kind = icalproperty_string_to_kind(name);
    if (stands_there && icalcomponent_get_first_property(entry, kind) == nullptr) return LineOf(block, name);
  }
  return std::nullopt;  // a broken property of no use here
}

void AddTopics(icalcomponent* entry, v1::Event* event) {
  std::set<std::string> seen;
  for (icalproperty* at = icalcomponent_get_first_property(entry, ICAL_CATEGORIES_PROPERTY); at != nullptr;
       at = icalcomponent_get_next_property(entry, ICAL_CATEGORIES_PROPERTY)) {
    const char* const value = icalproperty_get_categories(at);
    const std::string topic = OneLine(CalendarText(value != nullptr ? value : ""));
    if (topic.empty() || topic.size() > kTopicMax || event->topics_size() == kTopicsMax) continue;
    if (seen.insert(topic).second) event->add_topics(topic);
  }
}

void AddTexts(icalcomponent* entry, v1::Event* event) {
  event->set_display_name(OneLine(TextOf(entry, ICAL_SUMMARY_PROPERTY, kTitleMax)));
  if (const std::string text = TextOf(entry, ICAL_DESCRIPTION_PROPERTY, kTextMax); !text.empty()) {
    common::v1::Translation* const translation = event->mutable_description()->add_translations();
    translation->set_language_code("de");
    translation->set_text(text);
  }
  if (const std::string url = TextOf(entry, ICAL_URL_PROPERTY, kTextMax); rpc::IsHttpsUrl(url)) event->set_website(url);
  AddTopics(entry, event);
}

// Every session of a series has the place of the series.
void AddSessions(icalcomponent* entry, const EntryTimes& times, v1::Event* event) {
  const std::string place = OneLine(TextOf(entry, ICAL_LOCATION_PROPERTY, kPlaceMax));
  const std::string conference = TextOf(entry, ICAL_CONFERENCE_PROPERTY, kTextMax);
  for (const Occurrence& occurrence : times.occurrences) {
    v1::Session& session = *event->add_sessions();
    session.mutable_start_time()->set_seconds(absl::ToUnixSeconds(occurrence.start));
    session.mutable_end_time()->set_seconds(absl::ToUnixSeconds(occurrence.end));
    session.set_time_zone(times.zone_name);
    if (!place.empty()) session.mutable_place()->set_display_name(place);
    if (rpc::IsHttpsUrl(conference)) session.mutable_online_room()->set_join_url(conference);
  }
}

struct EntryReader {
  const ZoneReader& zones;
  CalendarImport& import;

  void Refuse(int line, std::string_view why) { import.refusals.push_back({line, std::string(why)}); }

  void Read(const CalendarBlock& block) {
    if (block.kind == "VTIMEZONE") return;
    if (block.kind != "VEVENT") return Refuse(block.line, "Is no event: only VEVENT is taken.");
    std::string text;
    for (const ContentLine& line : block.lines) absl::StrAppend(&text, line.text, "\r\n");
    const OwnedComponent entry(icalparser_parse_string(text.c_str()));
    if (entry == nullptr || icalcomponent_isa(entry.get()) != ICAL_VEVENT_COMPONENT) {
      return Refuse(block.line, "Cannot be read.");
    }
    if (const std::optional<int> line = BrokenLine(block, entry.get())) return Refuse(*line, "Cannot be read.");
    if (const std::string_view fault = KindFault(block, entry.get()); !fault.empty()) return Refuse(block.line, fault);
    EntryTimes times;
    if (const std::optional<TimeFault> fault = ReadTimes(entry.get(), zones, &times)) {
      return Refuse(LineOf(block, fault->property), fault->description);
    }
    ImportedEvent& imported = import.events.emplace_back();
    imported.line = block.line;
    imported.uid = OneLine(TextOf(entry.get(), ICAL_UID_PROPERTY, kTitleMax));
    AddTexts(entry.get(), &imported.event);
    AddSessions(entry.get(), times, &imported.event);
  }
};

}  // namespace

absl::StatusOr<CalendarImport> ReadCalendar(std::string_view file, const std::string& zone_name) {
  ASSIGN_OR_RETURN(const std::vector<CalendarBlock> blocks, ReadBlocks(file));
  const ZoneReader zones(blocks, zone_name);
  CalendarImport import;
  EntryReader reader{zones, import};
  for (const CalendarBlock& block : blocks) reader.Read(block);
  return import;
}

}  // namespace schutznetz::events
