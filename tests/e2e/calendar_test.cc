// Calendars through all programs: a person subscribes to their own dates, and a file of somebody else is imported.
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "tests/e2e/raw_calls.h"
#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CalendarTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  Installation& installation() { return SampleInstallation(GetParam()); }
  gateway::testing::RawAnswer Ask(const std::string& request) {
    return AskOnce(installation().gateway_port(), request);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CalendarTest, testing::AllEngines(), testing::EngineName);

TEST_P(CalendarTest, WhoHasAnAccountSubscribesToTheirOwnDatesAndEndsThat) {
  const std::string subject = "abonnentin";
  NewMember(installation(), subject);
  const std::string event =
      TextOf(MustWrite(installation(), kStaff, "/v1/events",
                       R"({"displayName":"Mustertag","type":"WORKSHOP","organizer":"organizations/jugendamt-koeln",)"
                       R"("land":"lands/DE-NW","state":"PUBLISHED","sessions":[{"startTime":"2090-01-01T08:00:00Z",)"
                       R"("endTime":"2090-01-01T12:00:00Z","place":{"city":"Köln"}}]})"),
             "name");
  MustWrite(installation(), subject, "/v1/" + event + "/registrations",
            R"({"displayName":"Musterfrau","email":"abonnentin@example.org","profession":"COUNSELLING"})");
  const std::string feed = MustWrite(installation(), subject, "/v1/calendarFeeds", "{}");
  const std::string url = TextOf(feed, "url");
  const std::string path = url.substr(url.find("/v1/"));
  const auto calendar = Ask(GetRequest(path, ""));
  ASSERT_EQ(calendar.status, 200) << calendar.body;
  EXPECT_THAT(calendar.headers.at("content-type"), HasSubstr("text/calendar"));
  EXPECT_THAT(calendar.body, HasSubstr("SUMMARY:Mustertag"));
  EXPECT_THAT(calendar.body, HasSubstr("TZID=Europe/Berlin"));
  const std::string list = Ask(GetRequest("/v1/calendarFeeds", AsSubject(installation(), subject))).body;
  EXPECT_THAT(list, HasSubstr(TextOf(feed, "name")));
  EXPECT_THAT(list, Not(HasSubstr("calendar.ics")));

  const auto ended = Ask(absl::StrCat("DELETE /v1/", TextOf(feed, "name"), " HTTP/1.1\r\nHost: a\r\n",
                                      AsSubject(installation(), subject), "\r\n"));
  EXPECT_EQ(ended.status, 200) << ended.body;
  EXPECT_EQ(Ask(GetRequest(path, "")).status, 404);
  const std::string token = path.substr(path.find("snc_"), path.rfind('/') - path.find("snc_"));
  for (const std::string& log : {installation().gateway().Log(), installation().events().Log()}) {
    EXPECT_THAT(log, Not(HasSubstr(token)));
  }
}

TEST_P(CalendarTest, AFileIsImportedByCommandAfterADryRun) {
  const std::string file = (installation().folder() / "fremd.ics").string();
  std::ofstream(file)
      << "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:fremd@example.org\r\nSUMMARY:Fremdtag\r\n"
         "DTSTART:20900310T080000Z\r\nDTEND:20900310T150000Z\r\nLOCATION:Musterhaus\r\nEND:VEVENT\r\n"
         "BEGIN:VTODO\r\nUID:x\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
  const std::vector<std::string> import = {
      "import", "events",      file,     "--organizer", "organizations/jugendamt-koeln",
      "--land", "lands/DE-NW", "--type", "SEMINAR"};
  std::vector<std::string> dry_run = import;
  dry_run.push_back("--dry_run");
  std::string said;
  installation().Ctl(dry_run, &said);
  EXPECT_THAT(said, HasSubstr("Dry run: 1 new drafts, 0 imported before, 1 refused"));
  EXPECT_THAT(said, HasSubstr("fremd.ics:10: refused"));
  installation().Ctl(import, &said);
  EXPECT_THAT(said, HasSubstr("1 new drafts, 0 imported before, 1 refused"));
  installation().Ctl(import, &said);
  EXPECT_THAT(said, HasSubstr("0 new drafts, 1 imported before, 1 refused"));
}

}  // namespace
}  // namespace schutznetz::e2e
