// Letters from the write that causes them to the mail server, over the real rules and stores.
#include "services/events/letters/mailings.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/mail/mail_sender.h"
#include "services/common/mail/smtp_transport.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/smtp_server.h"
#include "services/events/domain/attending_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::IsOk;

class MailingsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  MailingsTest()
      : letters_(outbox_, {"https://schutznetz.example.org/v1/registrations:manage?token=", "noreply@example.org"}),
        attending_(GetParam(), {&letters_, {&mailings_}, {&mail::OutboxMigrations(), &MailingMigrations()}}),
        worker_(attending_.database(), attending_.parts(), letters_,
                [this](absl::Time, absl::Time) { return upcoming_; }),
        sender_(attending_.database(), outbox_,
                std::make_unique<mail::SmtpTransport>(mail::SmtpOptions{.url = server_.url()}), clock_, {},
                {.per_minute = 10000}) {}

  // The recipients of everything that was sent since the last call, as the mail server has it.
  std::vector<std::string> Sent() {
    EXPECT_THAT(worker_.RunOnce(absl::Now()), IsOk());
    EXPECT_THAT(sender_.RunOnce(), IsOk());
    std::vector<std::string> people;
    const auto received = server_.received();
    for (; seen_ < received.size(); ++seen_) people.push_back(received[seen_].to.at(0));
    return people;
  }

  testing::SmtpServer server_;
  testing::FakeClock clock_{absl::Now() + absl::Minutes(1)};
  const mail::Outbox outbox_{rpc::Sealer::WithRandomKey(), {"noreply@example.org", "Schutznetz"}};
  const MailLetters letters_;
  const EventMailings mailings_;
  std::vector<std::string> upcoming_;
  Attending attending_;
  const MailingWorker worker_;
  mail::MailSender sender_;
  size_t seen_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, MailingsTest, testing::AllEngines(), testing::EngineName);

TEST_P(MailingsTest, WhoRegistersIsWrittenToOnce) {
  const std::string event = attending_.Event(1, v1::Admission::STRICT_ORDER);
  const auto ada = attending_.Register(event, "ada");
  ASSERT_THAT(ada, IsOk());
  ASSERT_THAT(attending_.Register(event, "bea"), IsOk());
  EXPECT_EQ(Sent().size(), 2u);
  EXPECT_EQ(Sent().size(), 0u);
  ASSERT_THAT(attending_.Do(&Registrations::Cancel, Attending::Member("ada"), ada->name()), IsOk());
  EXPECT_EQ(Sent().size(), 2u) << "that it ended, and that a place is free";
}

TEST_P(MailingsTest, ARefusedRegistrationSendsNothing) {
  const std::string event = attending_.Event(1, v1::Admission::STRICT_ORDER);
  ASSERT_THAT(attending_.Register(event, "ada"), IsOk());
  ASSERT_FALSE(attending_.Register(event, "ada").ok());
  EXPECT_EQ(Sent().size(), 1u);
}

TEST_P(MailingsTest, EverybodyIsRemindedOnce) {
  const std::string event = attending_.Event(100, v1::Admission::STRICT_ORDER);
  for (int i = 0; i < 60; ++i) ASSERT_THAT(attending_.Register(event, "p" + std::to_string(i)), IsOk());
  EXPECT_EQ(Sent().size(), 60u);
  upcoming_ = {event};
  EXPECT_EQ(Sent().size(), 60u) << "more than one page";
  EXPECT_EQ(Sent().size(), 0u);
}

TEST_P(MailingsTest, ErasureTakesLettersAlong) {
  const std::string event = attending_.Event(1, v1::Admission::STRICT_ORDER);
  const auto ada = attending_.Register(event, "ada");
  ASSERT_THAT(ada, IsOk());
  ASSERT_THAT(attending_.Write([&](storage::Transaction& tx) -> absl::StatusOr<int> {
    const absl::Status status = letters_.Forget(tx, ada->name());
    if (!status.ok()) return status;
    return 0;
  }),
              IsOk());
  EXPECT_EQ(Sent().size(), 0u);
}

TEST_P(MailingsTest, ChangesAndCancellationsReachWhoComesAndWaits) {
  const std::string name = attending_.Event(1, v1::Admission::STRICT_ORDER);
  ASSERT_THAT(attending_.Register(name, "ada"), IsOk());
  ASSERT_THAT(attending_.Register(name, "bea"), IsOk());
  EXPECT_EQ(Sent().size(), 2u);
  const v1::Event before = attending_.Read(name);
  v1::Event after = before;
  after.set_name(name);
  after.set_calendar_sequence(before.calendar_sequence() + 1);
  const auto tell = [&](const v1::Event& now) {
    return attending_.database()
        .WriteAndWait([&](storage::Transaction& tx) {
          return mailings_.OnEvent(tx, {&before, now});
        })
        .status();
  };
  ASSERT_THAT(tell(before), IsOk());
  EXPECT_EQ(Sent().size(), 0u) << "nothing that calendars show has changed";
  ASSERT_THAT(tell(after), IsOk());
  EXPECT_EQ(Sent().size(), 2u);
  ASSERT_THAT(tell(after), IsOk());
  EXPECT_EQ(Sent().size(), 0u) << "the same change again";
}

}  // namespace
}  // namespace schutznetz::events
