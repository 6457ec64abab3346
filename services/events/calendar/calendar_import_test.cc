#include "services/events/calendar/calendar_import.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::events {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;

std::string File(const std::string& entry) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Seminar\r\n" + entry +
         "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

// The starts of the only event, in the zone it tells, and what was refused: "4: …".
struct Outcome {
  std::vector<std::string> starts;
  std::vector<std::string> refusals;
};

Outcome Take(const std::string& file) {
  Outcome outcome;
  const auto import = ReadCalendar(file);
  EXPECT_THAT(import, IsOk());
  if (!import.ok()) return outcome;
  for (const ImportedEvent& imported : import->events) {
    for (const v1::Session& session : imported.event.sessions()) {
      absl::TimeZone zone;
      EXPECT_TRUE(absl::LoadTimeZone(session.time_zone(), &zone));
      outcome.starts.push_back(
          absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(session.start_time().seconds()), zone));
    }
  }
  for (const ImportRefusal& refusal : import->refusals) {
    outcome.refusals.push_back(absl::StrCat(refusal.line, ": ", refusal.description));
  }
  return outcome;
}

TEST(CalendarImportTest, TakesAnEventWithoutItsPeople) {
  const auto import =
      ReadCalendar(File("DTSTART;TZID=Europe/Berlin:20270310T090000\r\nDTEND;TZID=Europe/Berlin:20270310T163000\r\n"
                        "DESCRIPTION:Eins\\nZwei\\, drei\r\nLOCATION:Bürger\r\n haus\r\nURL:https://example.org/x\r\n"
                        "CATEGORIES:Kinderschutz,Recht\r\nORGANIZER;CN=Ada:mailto:ada@example.org\r\n"
                        "ATTENDEE:mailto:bea@example.org\r\nCONTACT:Cora\r\n"));
  ASSERT_THAT(import, IsOk());
  ASSERT_EQ(import->events.size(), 1u);
  const ImportedEvent& imported = import->events[0];
  EXPECT_EQ(imported.line, 3);
  EXPECT_EQ(imported.uid, "u");
  EXPECT_THAT(imported.event, testing::EqualsProto(std::string(R"pb(
                display_name: "Seminar"
                description { translations { language_code: "de" text: "Eins\nZwei, drei" } }
                sessions {
                  start_time { seconds: 1804665600 }
                  end_time { seconds: 1804692600 }
                  time_zone: "Europe/Berlin"
                  place { display_name: "Bürgerhaus" }
                }
                topics: "Kinderschutz"
                topics: "Recht"
                website: "https://example.org/x"
              )pb")));
}

TEST(CalendarImportTest, SeriesBecomeSessions) {
  const Outcome weekly =
      Take(File("DTSTART;TZID=Europe/Berlin:20270310T090000\r\nDURATION:PT2H\r\n"
                "RRULE:FREQ=WEEKLY;UNTIL=20270331T070000Z\r\nEXDATE;TZID=Europe/Berlin:20270317T090000\r\n"
                "RDATE;TZID=Europe/Berlin:20270402T100000\r\n"));
  // The last date by the rule is after the clock changed: 09:00 is then 07:00 UTC, and UNTIL includes it.
  EXPECT_THAT(weekly.starts,
              ElementsAre("2027-03-10 09:00", "2027-03-24 09:00", "2027-03-31 09:00", "2027-04-02 10:00"));
  EXPECT_THAT(weekly.refusals, ElementsAre());
  const Outcome days =
      Take(File("DTSTART;VALUE=DATE:20270327\r\nDTEND;VALUE=DATE:20270328\r\n"
                "RRULE:FREQ=DAILY;COUNT=3\r\n"));
  EXPECT_THAT(days.starts, ElementsAre("2027-03-27 00:00", "2027-03-28 00:00", "2027-03-29 00:00"));
}

TEST(CalendarImportTest, ZonesOfTheFileAreUsedWhereNobodyKnowsTheName) {
  const std::string zone =
      "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Eigene\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
      "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
      "BEGIN:VEVENT\r\nSUMMARY:x\r\nDTSTART;TZID=Eigene:20270310T090000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
      "END:VCALENDAR\r\n";
  EXPECT_THAT(Take(zone).starts, ElementsAre("2027-03-10 07:00"));
}

struct Refused {
  const char* name;
  const char* entry;
  const char* refusal;
};

class CalendarRefusalTest : public ::testing::TestWithParam<Refused> {};

TEST_P(CalendarRefusalTest, NamesTheLine) {
  const Outcome outcome = Take(File(GetParam().entry));
  EXPECT_THAT(outcome.refusals, ElementsAre(GetParam().refusal));
  EXPECT_THAT(outcome.starts, ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(
    Entries, CalendarRefusalTest,
    ::testing::Values(
        Refused{"NoStart", "X-A:b\r\n", "3: Has no DTSTART."},
        Refused{"BrokenStart", "X-A:b\r\nDTSTART:tomorrow\r\n", "7: Cannot be read."},
        Refused{"NoEnd", "DTSTART:20270310T090000Z\r\n", "6: Has no end."},
        Refused{"EndBeforeStart", "DTSTART:20270310T090000Z\r\nDTEND:20270310T080000Z\r\n",
                "7: Ends before it begins."},
        Refused{"TooLong", "DTSTART:20270310T090000Z\r\nDURATION:P40D\r\n", "7: Is longer than 31 days."},
        Refused{"UnknownZone", "DTSTART;TZID=Middle Earth:20270310T090000\r\nDURATION:PT1H\r\n",
                "6: Names a time zone that nobody knows."},
        Refused{"ZoneThatIsAFile", "DTSTART;TZID=/etc/localtime:20270310T090000\r\nDURATION:PT1H\r\n",
                "6: Names a time zone that nobody knows."},
        Refused{"Endless", "DTSTART:20270310T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n",
                "8: Has more than 100 dates."},
        Refused{"EverySecond",
                "DTSTART:20270310T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\n",
                "8: Is more frequent than daily."},
        Refused{"Exception", "DTSTART:20270310T090000Z\r\nDURATION:PT1H\r\nRECURRENCE-ID:20270310T090000Z\r\n",
                "3: Changes one date of a series: take the series and change its session."},
        Refused{"Cancelled", "DTSTART:20270310T090000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED\r\n", "3: Is cancelled."}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(CalendarImportTest, FilesThatAreNoCalendarAreRefusedByLine) {
  const auto refusal = [](const std::string& file) { return std::string(ReadCalendar(file).status().message()); };
  EXPECT_THAT(refusal(""), HasSubstr("Line 1: "));
  EXPECT_THAT(refusal("BEGIN:VCARD\r\nEND:VCARD\r\n"), HasSubstr("Line 1: Begins no VCALENDAR."));
  EXPECT_THAT(refusal("BEGIN:VCALENDAR\r\nnonsense\r\n"), HasSubstr("Line 2: Is not NAME:value."));
  EXPECT_THAT(refusal("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n"), HasSubstr("Line 3: Ends what"));
  EXPECT_THAT(refusal("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"), HasSubstr("Line 2: Has no END."));
  EXPECT_THAT(refusal("BEGIN:VCALENDAR\r\nX:\xff\r\n"), HasSubstr("Line 2: Is not UTF-8."));
  EXPECT_THAT(refusal(" x"), HasSubstr("Line 1: Continues no line."));
  EXPECT_FALSE(ReadCalendar(std::string(300 * 1024, 'x')).ok());
}

// The real files: every one is taken or refused, and every refusal has a line that is in the file.
TEST(CalendarImportTest, RealFilesAreTakenOrRefusedWithALine) {
  const char* root = std::getenv("SCHUTZNETZ_SHARED_DATA");
  const std::string folder =
      (root != nullptr ? std::string(root) : std::string(SCHUTZNETZ_SOURCE_DIR) + "/../shared/data") +
      "/ics/collective-icalendar";
  if (!std::filesystem::exists(folder)) {
    std::cerr << "SKIPPED: " << folder << " is absent; no real calendar was read\n";
    return;
  }
  int taken = 0;
  std::map<std::string, std::string> outcomes;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::stringstream bytes;
    bytes << std::ifstream(entry.path()).rdbuf();
    const std::string content = bytes.str();
    const int lines = static_cast<int>(std::count(content.begin(), content.end(), '\n')) + 1;
    std::string& outcome = outcomes[entry.path().filename().string()];
    const auto import = ReadCalendar(content);
    if (!import.ok()) {
      outcome = std::string(import.status().message());
      EXPECT_THAT(outcome, HasSubstr("Line "));
      continue;
    }
    for (const ImportedEvent& imported : import->events) {
      absl::StrAppend(&outcome, imported.line, "+", imported.event.sessions_size(), " ");
      ++taken;
    }
    for (const ImportRefusal& refusal : import->refusals) {
      absl::StrAppend(&outcome, refusal.line, ": ", refusal.description, " ");
      EXPECT_GE(refusal.line, 1);
      EXPECT_LE(refusal.line, lines);
    }
    EXPECT_FALSE(outcome.empty()) << entry.path();
  }
  for (const auto& [name, outcome] : outcomes) std::cerr << name << ": " << outcome << "\n";
  EXPECT_EQ(outcomes.size(), 23u);
  EXPECT_EQ(taken, 14);
}

}  // namespace
}  // namespace schutznetz::events
