#include "services/events/letters/mail_letters.h"

#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/common/mail/message.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::events {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kToken[] = "snm_r1_1_abc";

v1::Event Workshop() {
  v1::Event event;
  google::protobuf::TextFormat::ParseFromString(
      R"pb(
        name: "events/workshop"
        display_name: "Workshop Schutzkonzepte"
        title { translations { language_code: "en" text: "Workshop on protection" } }
        state: PUBLISHED
        email: "workshop@example.org"
        calendar_sequence: 2
        sessions {
          session_id: "s1"
          start_time { seconds: 1804665600 }
          end_time { seconds: 1804692600 }
          place { display_name: "Bürgerhaus" postcode: "50678" city: "Köln" }
          online_room { join_url: "https://bbb.example.org/geheim" join_note: "PIN 1234" }
        }
        sessions {
          session_id: "s2"
          start_time { seconds: 1807171200 }
          end_time { seconds: 1807261200 }
          time_zone: "America/New_York"
        }
      )pb",
      &event);
  return event;
}

v1::Registration Ada(v1::Registration::State state) {
  v1::Registration registration;
  registration.set_name("events/workshop/registrations/r1");
  registration.set_display_name("Ada Überbeispiel");
  registration.set_email("ada@example.org");
  registration.set_state(state);
  return registration;
}

mail::Mail MailOf(LetterKind kind, const v1::Event& event, const v1::Registration& registration,
                  const v1::Event* removed = nullptr) {
  const mail::Outbox outbox(rpc::Sealer::WithRandomKey(), {"noreply@example.org", "Schutznetz"});
  const MailLetters letters(outbox,
                            {"https://schutznetz.example.org/v1/registrations:manage?token=", "noreply@example.org"});
  return letters.Compose({.kind = kind,
                          .event = event,
                          .registration = registration,
                          .manage_token = kToken,
                          .key = "k",
                          .removed = removed},
                         absl::FromUnixSeconds(1772445600));
}

TEST(MailLettersTest, ConfirmationHasTheDateTheWayInAndTheLink) {
  const v1::Event event = Workshop();
  const mail::Mail mail = MailOf(LetterKind::kConfirmed, event, Ada(v1::Registration::CONFIRMED));
  EXPECT_EQ(mail.to, "ada@example.org");
  EXPECT_EQ(mail.to_name, "Ada Überbeispiel");
  EXPECT_EQ(mail.subject, "Anmeldung bestätigt: Workshop Schutzkonzepte");
  EXPECT_EQ(mail.owner, "events/workshop/registrations/r1");
  EXPECT_THAT(mail.text, HasSubstr("Mittwoch, 10. März 2027, 09:00–16:30 Uhr\nBürgerhaus, 50678 Köln\n"
                                   "Online: https://bbb.example.org/geheim\nPIN 1234\n"));
  EXPECT_THAT(mail.text, HasSubstr("Donnerstag, 8. April 2027, 04:00 Uhr bis Freitag, 9. April 2027, 05:00 Uhr "
                                   "(America/New_York)\n"));
  EXPECT_THAT(mail.text, HasSubstr("https://schutznetz.example.org/v1/registrations:manage?token=snm_r1_1_abc\n"));
  EXPECT_THAT(mail.text, HasSubstr("Fragen: workshop@example.org\n"));
  ASSERT_EQ(mail.calendars.size(), 2u);
  EXPECT_EQ(mail.calendars[0].method, "REQUEST");
  EXPECT_THAT(mail.calendars[0].text, HasSubstr("SEQUENCE:2\r\n"));
  EXPECT_THAT(mail.calendars[0].text, HasSubstr("bbb.example.org"));
  EXPECT_THAT(mail::CheckMail(mail), testing::IsOk());
}

TEST(MailLettersTest, WaitingPeopleLearnNoWayIn) {
  const v1::Event event = Workshop();
  v1::Registration waiting = Ada(v1::Registration::WAITLISTED);
  waiting.set_waiting_position(4);
  const mail::Mail mail = MailOf(LetterKind::kWaitlisted, event, waiting);
  EXPECT_THAT(mail.text, HasSubstr("Platz auf der Warteliste: 4\n"));
  EXPECT_TRUE(mail.calendars.empty());
  for (const LetterKind kind : {LetterKind::kWaitlisted, LetterKind::kOffered, LetterKind::kEventChanged,
                                LetterKind::kConfirmAddress, LetterKind::kNewLink}) {
    const mail::Mail other = MailOf(kind, event, waiting);
    EXPECT_THAT(other.text, Not(HasSubstr("geheim"))) << WordOf(kind);
    EXPECT_TRUE(other.calendars.empty()) << WordOf(kind);
  }
}

TEST(MailLettersTest, CancellationsCancelTheEntryAndTellNoWayIn) {
  v1::Event event = Workshop();
  for (const LetterKind kind : {LetterKind::kCancelled, LetterKind::kEventCancelled}) {
    const mail::Mail mail = MailOf(kind, event, Ada(v1::Registration::CONFIRMED));
    ASSERT_EQ(mail.calendars.size(), 2u);
    for (const mail::CalendarPart& part : mail.calendars) {
      EXPECT_EQ(part.method, "CANCEL");
      EXPECT_THAT(part.text, Not(HasSubstr("geheim")));
    }
    EXPECT_THAT(mail.text, Not(HasSubstr("geheim")));
  }
}

TEST(MailLettersTest, ChangeRequestsWhatIsAndCancelsWhatWasRemoved) {
  v1::Event event = Workshop();
  v1::Event removed = event;
  event.mutable_sessions()->DeleteSubrange(1, 1);
  removed.mutable_sessions()->DeleteSubrange(0, 1);
  const mail::Mail mail = MailOf(LetterKind::kEventChanged, event, Ada(v1::Registration::CONFIRMED), &removed);
  ASSERT_EQ(mail.calendars.size(), 2u);
  EXPECT_EQ(mail.calendars[0].method, "REQUEST");
  EXPECT_THAT(mail.calendars[0].text, HasSubstr("UID:s1.workshop@"));
  EXPECT_EQ(mail.calendars[1].method, "CANCEL");
  EXPECT_THAT(mail.calendars[1].text, HasSubstr("UID:s2.workshop@"));
}

TEST(MailLettersTest, OnlyTheSessionsThatSomebodyComesTo) {
  const v1::Event event = Workshop();
  v1::Registration registration = Ada(v1::Registration::CONFIRMED);
  registration.add_sessions("s2");
  const mail::Mail mail = MailOf(LetterKind::kConfirmed, event, registration);
  ASSERT_EQ(mail.calendars.size(), 1u);
  EXPECT_THAT(mail.calendars[0].text, HasSubstr("UID:s2.workshop@"));
  EXPECT_THAT(mail.text, Not(HasSubstr("Bürgerhaus")));
}

TEST(MailLettersTest, EnglishForWhoAskedForIt) {
  const v1::Event event = Workshop();
  v1::Registration registration = Ada(v1::Registration::OFFERED);
  registration.set_language("en-GB");
  registration.mutable_offer_expire_time()->set_seconds(1804665600);
  const mail::Mail mail = MailOf(LetterKind::kOffered, event, registration);
  EXPECT_EQ(mail.subject, "A place is free: Workshop on protection");
  EXPECT_THAT(mail.text, HasSubstr("Until: Wednesday, 10 March 2027, 09:00\n"));
  EXPECT_EQ(mail.language, "en");
  EXPECT_EQ(mail.expire_time, absl::FromUnixSeconds(1804665600));
}

TEST(MailLettersTest, EveryLetterIsAMail) {
  v1::Event event = Workshop();
  event.set_display_name(std::string(299, 'x') + "\n" + std::string(300, 'y'));
  v1::Registration registration = Ada(v1::Registration::CONFIRMED);
  registration.set_display_name("Ada\nBeispiel\r");
  for (int kind = 0; kind <= static_cast<int>(LetterKind::kCertificate); ++kind) {
    for (const char* language : {"de", "en", ""}) {
      registration.set_language(language);
      const mail::Mail mail = MailOf(static_cast<LetterKind>(kind), event, registration);
      EXPECT_THAT(mail::CheckMail(mail), testing::IsOk()) << kind;
      EXPECT_FALSE(mail.kind.empty());
    }
  }
}

}  // namespace
}  // namespace schutznetz::events
