#include "services/events/calendar/event_calendar.h"

#include <libical/ical.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/events/calendar/calendar_import.h"
#include "services/events/calendar/ical_owned.h"

namespace schutznetz::events {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Event Conference() {
  v1::Event event;
  google::protobuf::TextFormat::ParseFromString(
      R"pb(
        name: "events/fachtag"
        display_name: "Fachtag „Schutz, Hilfe; Recht“"
        title { translations { language_code: "en" text: "Conference on protection" } }
        description { translations { language_code: "de" text: "Erste Zeile\nZweite Zeile, mit Komma" } }
        state: PUBLISHED
        email: "fachtag@example.org"
        website: "https://example.org/fachtag?a=1,2;b"
        calendar_sequence: 3
        sessions {
          session_id: "s1"
          start_time { seconds: 1804752000 }
          end_time { seconds: 1804779000 }
          place { display_name: "Bürgerhaus" room: "Saal 1" street: "Musterstraße 1" postcode: "50678" city: "Köln" }
        }
        sessions {
          session_id: "s2"
          title { translations { language_code: "de" text: "Nachtrag" } }
          start_time { seconds: 1807171200 }
          end_time { seconds: 1807174800 }
          time_zone: "America/New_York"
          online_room { platform: "BigBlueButton" join_url: "https://bbb.example.org/geheim" join_note: "PIN 1234" }
        }
        create_time { seconds: 1772445600 }
        update_time { seconds: 1772532000 }
      )pb",
      &event);
  return event;
}

// The calendar without its folding, line by line.
std::vector<std::string> Unfolded(std::string text) {
  for (size_t at; (at = text.find("\r\n ")) != text.npos;) text.erase(at, 3);
  return absl::StrSplit(text, "\r\n", absl::SkipEmpty());
}

std::vector<std::string> LinesOf(const std::string& text, std::string_view name) {
  std::vector<std::string> found;
  for (const std::string& line : Unfolded(text)) {
    if (line.starts_with(name) && (line[name.size()] == ':' || line[name.size()] == ';')) found.push_back(line);
  }
  return found;
}

// The instant of the n-th DTSTART as libical reads it, with nothing but the zones that the calendar brings along.
int64_t StartReadBack(const std::string& text, int n) {
  const OwnedComponent calendar(icalparser_parse_string(text.c_str()));
  icalcomponent* entry = icalcomponent_get_first_component(calendar.get(), ICAL_VEVENT_COMPONENT);
  for (int i = 0; i < n; ++i) entry = icalcomponent_get_next_component(calendar.get(), ICAL_VEVENT_COMPONENT);
  icalproperty* const start = icalcomponent_get_first_property(entry, ICAL_DTSTART_PROPERTY);
  if (icaltime_is_utc(icalproperty_get_dtstart(start))) return icaltime_as_timet(icalproperty_get_dtstart(start));
  const std::string id = icalparameter_get_tzid(icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER));
  icaltimezone* const zone = icalcomponent_get_timezone(calendar.get(), id.c_str());
  EXPECT_NE(zone, nullptr);
  icaltimetype time = icalproperty_get_dtstart(start);
  time.zone = nullptr;
  return icaltime_as_timet_with_zone(time, zone);
}

TEST(CalendarFeedTest, HasOneEntryPerSessionUnderAConstantUid) {
  v1::Event event = Conference();
  const std::string before = CalendarFeed({{&event}}, "Termine", {});
  EXPECT_THAT(LinesOf(before, "UID"),
              ElementsAre("UID:s1.fachtag@events.schutznetz", "UID:s2.fachtag@events.schutznetz"));
  event.mutable_sessions(0)->mutable_start_time()->set_seconds(1804755600);
  event.set_display_name("Anders");
  event.set_calendar_sequence(4);
  const std::string after = CalendarFeed({{&event}}, "Termine", {});
  EXPECT_EQ(LinesOf(before, "UID"), LinesOf(after, "UID"));
  EXPECT_THAT(LinesOf(before, "SEQUENCE"), ElementsAre("SEQUENCE:3", "SEQUENCE:3"));
  EXPECT_THAT(LinesOf(after, "SEQUENCE"), ElementsAre("SEQUENCE:4", "SEQUENCE:4"));
}

TEST(CalendarFeedTest, IsFoldedAndEndsItsLines) {
  v1::Event event = Conference();
  event.set_display_name(std::string(200, 'x') + std::string("äöüß€"));
  const std::string feed = CalendarFeed({{&event}}, "Termine aus Nordrhein-Westfalen: Fachtage, Workshops", {});
  EXPECT_EQ(feed.find('\n'), feed.find("\r\n") + 1);
  size_t lines = 0;
  for (absl::string_view line : absl::StrSplit(feed, "\r\n")) {
    EXPECT_LE(line.size(), 75u) << line;
    EXPECT_EQ(line.find('\n'), line.npos);
    ++lines;
  }
  EXPECT_GT(lines, 20u);
  EXPECT_THAT(LinesOf(feed, "SUMMARY")[0], HasSubstr("äöüß€")) << "no character was cut";
}

TEST(CalendarFeedTest, TimesAreThoseOfTheZonesItBrings) {
  v1::Event event = Conference();
  const std::string feed = CalendarFeed({{&event}}, "Termine", {});
  EXPECT_THAT(LinesOf(feed, "TZID"), ::testing::UnorderedElementsAre("TZID:America/New_York", "TZID:Europe/Berlin"));
  EXPECT_EQ(StartReadBack(feed, 0), 1804752000);
  EXPECT_EQ(StartReadBack(feed, 1), 1807171200);
}

TEST(CalendarFeedTest, EveryHourAroundAChangeOfTheClockIsRight) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  const absl::Time middle = berlin.At(absl::CivilSecond(2026, 10, 25, 2, 30, 0)).trans;
  for (int hour = -5; hour < 6; ++hour) {
    v1::Event event = Conference();
    event.mutable_sessions()->DeleteSubrange(1, 1);
    const absl::Time start = middle + absl::Hours(hour);
    event.mutable_sessions(0)->mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
    event.mutable_sessions(0)->mutable_end_time()->set_seconds(absl::ToUnixSeconds(start + absl::Hours(1)));
    EXPECT_EQ(StartReadBack(CalendarFeed({{&event}}, "x", {}), 0), absl::ToUnixSeconds(start)) << hour;
  }
}

TEST(CalendarFeedTest, CancelledEventsStay) {
  v1::Event event = Conference();
  event.set_state(v1::Event::CANCELLED);
  const std::string feed = CalendarFeed({{&event}}, "Termine", {});
  EXPECT_THAT(LinesOf(feed, "STATUS"), ElementsAre("STATUS:CANCELLED", "STATUS:CANCELLED"));
  EXPECT_THAT(LinesOf(feed, "METHOD"), ElementsAre("METHOD:PUBLISH"));
}

TEST(CalendarFeedTest, TellsNobodyTheWayIn) {
  v1::Event event = Conference();
  EXPECT_THAT(CalendarFeed({{&event}}, "x", {}), Not(HasSubstr("geheim")));
  EXPECT_THAT(CalendarFeed({{&event}}, "x", {}), Not(HasSubstr("1234")));
  const std::string own = CalendarFeed({{.event = &event, .with_way_in = true}}, "x", {});
  EXPECT_THAT(LinesOf(own, "CONFERENCE"), ElementsAre("CONFERENCE;VALUE=URI:https://bbb.example.org/geheim"));
}

TEST(CalendarFeedTest, ShowsTextsInTheReadersLanguage) {
  v1::Event event = Conference();
  EXPECT_THAT(CalendarFeed({{&event}}, "x", {.language = "en"}), HasSubstr("SUMMARY:Conference on protection\r\n"));
  EXPECT_THAT(LinesOf(CalendarFeed({{&event}}, "x", {}), "SUMMARY"),
              ElementsAre("SUMMARY:Fachtag „Schutz\\, Hilfe\\; Recht“",
                          "SUMMARY:Fachtag „Schutz\\, Hilfe\\; Recht“: Nachtrag"));
  EXPECT_THAT(LinesOf(CalendarFeed({{&event}}, "x", {}), "LOCATION"),
              ElementsAre("LOCATION:Bürgerhaus\\, Saal 1\\, Musterstraße 1\\, 50678 Köln", "LOCATION:Online"));
}

TEST(CalendarFeedTest, NoTextBeginsAProperty) {
  v1::Event event = Conference();
  event.set_display_name("x\r\nATTENDEE:mailto:eve@example.org\rURL:y\nEND:VEVENT");
  const std::string feed = CalendarFeed({{&event}}, "x\r\nMETHOD:REQUEST", {});
  EXPECT_THAT(LinesOf(feed, "ATTENDEE"), ElementsAre());
  EXPECT_THAT(LinesOf(feed, "METHOD"), ElementsAre("METHOD:PUBLISH"));
  EXPECT_EQ(LinesOf(feed, "END").size(), LinesOf(feed, "BEGIN").size());
}

TEST(CalendarFeedTest, LibicalFindsNoError) {
  v1::Event event = Conference();
  const std::string feed = CalendarFeed({{.event = &event, .with_way_in = true}}, "Termine", {});
  const OwnedComponent calendar(icalparser_parse_string(feed.c_str()));
  ASSERT_NE(calendar, nullptr);
  EXPECT_EQ(icalcomponent_count_errors(calendar.get()), 0);
  EXPECT_TRUE(icalrestriction_check(calendar.get())) << icalcomponent_as_ical_string(calendar.get());
}

TEST(CalendarFeedTest, LongTextsAreCutBetweenCharacters) {
  v1::Event event = Conference();
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "ä";
  event.mutable_description()->mutable_translations(0)->set_text("x" + text);
  const std::string description = LinesOf(CalendarFeed({{&event}}, "x", {}), "DESCRIPTION")[0];
  EXPECT_LT(description.size(), 1600u);
  EXPECT_THAT(description, ::testing::EndsWith("ä…"));
}

TEST(CalendarFeedTest, SameEventsGiveSameBytes) {
  v1::Event event = Conference();
  EXPECT_EQ(CalendarFeed({{&event}}, "x", {}), CalendarFeed({{&event}}, "x", {}));
}

// What tests/check/calendar gives to ical.js; here only that there is something to give.
TEST(CalendarFeedTest, IsReadByAnotherLibrary) {
  v1::Event event = Conference();
  v1::Event cancelled = Conference();
  cancelled.set_name("events/abgesagt");
  cancelled.set_state(v1::Event::CANCELLED);
  const std::string feed = CalendarFeed({{&event}, {&cancelled}}, "Termine", {});
  ASSERT_THAT(feed, HasSubstr("STATUS:CANCELLED"));
  const char* const folder = std::getenv("SCHUTZNETZ_CALENDAR_OUT");
  if (folder == nullptr) return;
  std::ofstream(std::string(folder) + "/feed.ics", std::ios::binary) << feed;
  std::ofstream expected(std::string(folder) + "/expected");
  for (const v1::Event* told : {&event, &cancelled}) {
    for (const v1::Session& session : told->sessions()) {
      expected << SessionUid(*told, session) << "|3|" << session.start_time().seconds() << "|"
               << session.end_time().seconds() << "|"
               << (told->state() == v1::Event::CANCELLED ? "CANCELLED" : "CONFIRMED") << "|" << told->display_name()
               << (session.has_title() ? ": " + session.title().translations(0).text() : "") << "\n";
    }
  }
}

TEST(InvitationsTest, AreOneRequestPerSession) {
  v1::Event event = Conference();
  const auto parts = Invitations({.event = &event, .with_way_in = true}, "ada@example.org", "Ada, \"Überbeispiel\"",
                                 {.organizer_address = "noreply@example.org"});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].method, "REQUEST");
  EXPECT_THAT(LinesOf(parts[0].text, "METHOD"), ElementsAre("METHOD:REQUEST"));
  EXPECT_THAT(LinesOf(parts[0].text, "UID"), ElementsAre("UID:s1.fachtag@events.schutznetz"));
  EXPECT_THAT(LinesOf(parts[0].text, "ORGANIZER"), ElementsAre("ORGANIZER:mailto:fachtag@example.org"));
  ASSERT_EQ(LinesOf(parts[0].text, "ATTENDEE").size(), 1u);
  EXPECT_THAT(LinesOf(parts[0].text, "ATTENDEE")[0], HasSubstr("PARTSTAT=ACCEPTED"));
  EXPECT_THAT(LinesOf(parts[0].text, "ATTENDEE")[0], HasSubstr(":mailto:ada@example.org"));
  const OwnedComponent calendar(icalparser_parse_string(parts[1].text.c_str()));
  EXPECT_EQ(icalcomponent_count_errors(calendar.get()), 0);
  EXPECT_TRUE(icalrestriction_check(calendar.get()));
}

TEST(InvitationsTest, CancelWhatIsCancelled) {
  v1::Event event = Conference();
  const auto parts =
      Invitations({.event = &event, .sessions = {"s2"}, .cancelled_for_reader = true}, "ada@example.org", "", {});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].method, "CANCEL");
  EXPECT_THAT(LinesOf(parts[0].text, "STATUS"), ElementsAre("STATUS:CANCELLED"));
  EXPECT_THAT(LinesOf(parts[0].text, "UID"), ElementsAre("UID:s2.fachtag@events.schutznetz"));
  event.set_state(v1::Event::CANCELLED);
  EXPECT_EQ(Invitations({.event = &event}, "ada@example.org", "", {})[0].method, "CANCEL");
}

TEST(CalendarFeedTest, WhatIsWrittenIsReadAgain) {
  v1::Event event = Conference();
  const auto import = ReadCalendar(CalendarFeed({{&event}}, "x", {}));
  ASSERT_TRUE(import.ok());
  EXPECT_TRUE(import->refusals.empty());
  ASSERT_EQ(import->events.size(), 2u);
  EXPECT_EQ(import->events[0].event.display_name(), event.display_name());
  EXPECT_EQ(import->events[0].event.description().translations(0).text(), event.description().translations(0).text());
  EXPECT_EQ(import->events[0].event.sessions(0).start_time().seconds(), 1804752000);
  EXPECT_EQ(import->events[0].event.sessions(0).end_time().seconds(), 1804779000);
  EXPECT_EQ(import->events[1].event.sessions(0).time_zone(), "America/New_York");
}

}  // namespace
}  // namespace schutznetz::events
