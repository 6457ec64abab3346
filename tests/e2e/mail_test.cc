// People without an account, from their first mail to the last: through the gateway, by the links of what lies in the
// folder for mails.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/events/v1/certificate.pb.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/mail_reader.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/raw_calls.h"
#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {
namespace {

using events::v1::Event;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

constexpr char kManage[] = "/v1/registrations:manage";

class MailTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  Installation& installation() { return SampleInstallation(GetParam()); }

  absl::StatusOr<Event> PublishWorkshop(absl::Time start, int places) {
    events::v1::CreateEventRequest create;
    Event& event = *create.mutable_event();
    event.set_display_name("Musterworkshop mit Post");
    event.set_type(Event::WORKSHOP);
    event.set_organizer("organizations/jugendamt-koeln");
    event.set_land("lands/DE-NW");
    event.set_state(Event::PUBLISHED);
    event.mutable_admission()->set_capacity(places);
    event.mutable_admission()->set_waiting_list_policy(events::v1::Admission::STRICT_ORDER);
    auto* session = event.add_sessions();
    session->set_session_id("tag-1");
    session->mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
    session->mutable_end_time()->set_seconds(absl::ToUnixSeconds(start + absl::Hours(3)));
    session->mutable_place()->set_city("Köln");
    return MakeRestCaller(installation(), kStaff)->Do<Event>("CreateEvent", create, EventsService());
  }

  absl::StatusOr<Event> Move(const Event& event, absl::Time start) {
    events::v1::UpdateEventRequest update;
    *update.mutable_event() = event;
    auto* session = update.mutable_event()->mutable_sessions(0);
    session->mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
    session->mutable_end_time()->set_seconds(absl::ToUnixSeconds(start + absl::Hours(3)));
    update.mutable_update_mask()->add_paths("sessions");
    return MakeRestCaller(installation(), kStaff)->Do<Event>("UpdateEvent", update, EventsService());
  }

  gateway::testing::RawAnswer Ask(const std::string& request) {
    return AskOnce(installation().gateway_port(), request);
  }

  gateway::testing::RawAnswer Register(const Event& event, const std::string& person) {
    return Ask(PostRequest("/v1/" + event.name() + "/registrations", "",
                           absl::StrCat(R"({"displayName":"Musterperson )", person, R"(","email":")", person,
                                        R"(@example.org","profession":"POLICE"})")));
  }

  // The mail to this person with these words in its subject, as a mail program reads it; each is found once. Empty, and
  // the test fails, when none comes.
  std::string MailTo(const std::string& person, const std::string& words) {
    std::string found;
    const bool came = testing::Eventually([&] {
      std::error_code none_yet;
      for (const auto& file : std::filesystem::directory_iterator(installation().mails(), none_yet)) {
        if (file.path().extension() != ".eml" || seen_.contains(file.path().string())) continue;
        const std::string& mail = Read(file.path().string());
        if (!absl::StrContains(mail, person + "@example.org>") || !absl::StrContains(mail, words)) continue;
        seen_.insert(file.path().string());
        found = mail;
        return true;
      }
      return false;
    });
    EXPECT_TRUE(came) << "no mail with \"" << words << "\" to " << person;
    EXPECT_THAT(found, HasSubstr(R"("defects": [])"));
    return found;
  }

  // A file of the folder, as a mail program reads it.
  const std::string& Read(const std::string& file) {
    static std::map<std::string, std::string> read;  // to start Python for each look would take long
    std::string& mail = read[file];
    if (!mail.empty()) return mail;
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    return mail = testing::ReadMail(bytes.str());
  }

  static std::string TokenIn(const std::string& mail) {
    const std::string mark = absl::StrCat(kManage, "?token=");
    const size_t at = mail.find(mark);
    if (at == mail.npos) return "";
    const size_t start = at + mark.size();
    return mail.substr(start, mail.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", start) - start);
  }
  static std::string LineIn(const std::string& mail, const std::string& name) {
    const size_t at = mail.find("\\n" + name + ":");
    return at == mail.npos ? "" : mail.substr(at + 2, mail.find('\\', at + 2) - at - 2);
  }

  gateway::testing::RawAnswer Press(const std::string& token, const std::string& action) {
    return Ask(PostRequest(kManage, "", "token=" + token + "&action=" + action, kFormType));
  }

  std::set<std::string> seen_;  // files
};
INSTANTIATE_TEST_SUITE_P(Engines, MailTest, testing::AllEngines(), testing::EngineName);

// Who was there gets the certificate as a document, once.
TEST_P(MailTest, ACertificateIsMailedWhenItIsIssued) {
  const auto staff = MakeRestCaller(installation(), kStaff);
  const auto event = PublishWorkshop(absl::Now() - absl::Hours(24), 10);
  ASSERT_THAT(event, IsOk());
  events::v1::UpdateEventRequest update;
  *update.mutable_event() = *event;
  update.mutable_event()->mutable_certificate()->set_attendance_percent(100);
  update.mutable_update_mask()->add_paths("certificate");
  ASSERT_THAT(staff->Do<Event>("UpdateEvent", update, EventsService()), IsOk());
  events::v1::CreateRegistrationRequest create;
  create.set_parent(event->name());
  create.set_for_somebody_else(true);
  create.mutable_registration()->set_display_name("Musterperson");
  create.mutable_registration()->set_email("teilnahme@example.org");
  create.mutable_registration()->set_profession(common::v1::Profession::POLICE);
  const auto person = staff->Do<events::v1::Registration>("CreateRegistration", create, EventsService());
  ASSERT_THAT(person, IsOk());
  events::v1::CheckInRegistrationRequest there;
  there.set_name(person->name());
  ASSERT_THAT(staff->Do<events::v1::Registration>("CheckInRegistration", there, EventsService()), IsOk());
  events::v1::IssueCertificateRequest issue;
  issue.set_registration(person->name());
  const auto issued = staff->Do<events::v1::Certificate>("IssueCertificate", issue, EventsService());
  ASSERT_THAT(issued, IsOk());
  const std::string mail = MailTo("teilnahme", "Ihre Teilnahmebescheinigung");
  EXPECT_THAT(mail, HasSubstr("application/pdf"));
  EXPECT_THAT(mail, HasSubstr("Teilnahmebescheinigung-" + issued->number() + ".pdf"));
}

TEST_P(MailTest, FromTheFirstMailToTheLast) {
  const auto event = PublishWorkshop(absl::FromUnixSeconds(3'786'912'000), 1);
  ASSERT_THAT(event, IsOk());
  const auto answer = Register(*event, "ada");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(TextOf(answer.body, "state"), "PENDING");
  const std::string ada = TokenIn(MailTo("ada", "Bitte bestätigen"));
  ASSERT_NE(ada, "");
  const auto page = Ask(GetRequest(absl::StrCat(kManage, "?token=", ada), ""));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("noch nicht bestätigt")) << "a link that was only opened does nothing";
  EXPECT_THAT(Press(ada, "confirm").body, HasSubstr("Sie sind angemeldet"));
  const std::string confirmed = MailTo("ada", "Anmeldung bestätigt");
  EXPECT_THAT(confirmed, HasSubstr("METHOD:REQUEST"));
  EXPECT_EQ(TokenIn(confirmed), ada);

  ASSERT_EQ(Register(*event, "bea").status, 200);
  const std::string bea = TokenIn(MailTo("bea", "Bitte bestätigen"));
  EXPECT_THAT(Press(bea, "confirm").body, HasSubstr("Warteliste"));
  MailTo("bea", "Warteliste");

  const auto moved = Move(*event, absl::FromUnixSeconds(3'786'915'600));
  ASSERT_THAT(moved, IsOk());
  const std::string changed = MailTo("ada", "Änderung");
  EXPECT_EQ(LineIn(changed, "UID"), LineIn(confirmed, "UID"));
  EXPECT_NE(LineIn(changed, "SEQUENCE"), LineIn(confirmed, "SEQUENCE"));
  MailTo("bea", "Änderung");

  EXPECT_THAT(Press(ada, "cancel").body, HasSubstr("besteht nicht mehr"));
  const std::string ended = MailTo("ada", "Anmeldung beendet");
  EXPECT_THAT(ended, HasSubstr("METHOD:CANCEL"));
  EXPECT_EQ(LineIn(ended, "UID"), LineIn(confirmed, "UID"));
  EXPECT_EQ(TokenIn(MailTo("bea", "Ein Platz ist frei")), bea);
  EXPECT_THAT(Press(bea, "accept").body, HasSubstr("Sie sind angemeldet"));
  MailTo("bea", "Anmeldung bestätigt");

  events::v1::CancelEventRequest off;
  off.set_name(moved->name());
  off.set_etag(moved->etag());
  ASSERT_THAT(MakeRestCaller(installation(), kStaff)->Do<Event>("CancelEvent", off, EventsService()), IsOk());
  EXPECT_THAT(MailTo("bea", "Abgesagt"), HasSubstr("METHOD:CANCEL"));

  for (const std::string& log : {installation().events().Log(), installation().gateway().Log()}) {
    EXPECT_THAT(log, Not(HasSubstr(ada)));
    EXPECT_THAT(log, Not(HasSubstr("@example.org")));
  }
}

TEST_P(MailTest, WhoComesTomorrowIsReminded) {
  const auto event = PublishWorkshop(absl::FromUnixSeconds(3'786'912'000), 10);
  ASSERT_THAT(event, IsOk());
  ASSERT_EQ(Register(*event, "cleo").status, 200);
  const std::string cleo = TokenIn(MailTo("cleo", "Bitte bestätigen"));
  EXPECT_THAT(Press(cleo, "confirm").body, HasSubstr("Sie sind angemeldet"));
  EXPECT_THAT(Move(*event, absl::Now() + absl::Hours(24)), IsOk());
  EXPECT_EQ(TokenIn(MailTo("cleo", "Änderung")), cleo);
  EXPECT_EQ(TokenIn(MailTo("cleo", "Erinnerung")), cleo);
}

}  // namespace
}  // namespace schutznetz::e2e
