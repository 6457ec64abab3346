#include "services/common/mail/outbox.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/mail/mail_sender.h"
#include "services/common/mail/smtp_transport.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/smtp_server.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::mail {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::SmtpServer;
using testing::StatusIs;

Mail MailTo(const std::string& to, const std::string& key = "") {
  Mail mail;
  mail.to = to;
  mail.subject = "Bestätigung";
  mail.text = "Geheimes Wort: Seepferdchen\n";
  mail.kind = "confirmation";
  mail.owner = "events/e/registrations/r1";
  mail.key = key;
  return mail;
}

class OutboxTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  OutboxTest() : temp_(GetParam(), {&OutboxMigrations()}) { sender_ = MakeSender(); }

  std::unique_ptr<MailSender> MakeSender(SenderOptions options = {}) {
    return std::make_unique<MailSender>(
        temp_.database(), outbox_, std::make_unique<SmtpTransport>(SmtpOptions{.url = server_.url()}), clock_,
        [this](std::string_view event, std::string_view detail) {
          log_ += std::string(event) + ": " + std::string(detail) + "\n";
        },
        options);
  }

  absl::Status Write(absl::FunctionRef<absl::Status(storage::Transaction&)> work) {
    return temp_.database().WriteAndWait(work).status();
  }
  absl::Status Enqueue(const Mail& mail) {
    return Write([&](storage::Transaction& tx) { return outbox_.Enqueue(tx, mail); });
  }
  int RunOnce() {
    const absl::StatusOr<int> tried = sender_->RunOnce();
    EXPECT_THAT(tried, IsOk());
    return tried.value_or(-1);
  }
  // Every text of every row.
  std::string Rows() {
    std::string all;
    EXPECT_THAT(temp_.database().Read([&](storage::ReadTransaction& tx) {
      static constexpr storage::Sql kAll = "SELECT id, once_key, kind, owner, sealed FROM outbox";
      return tx.Query(kAll, {}, [&](const storage::Row& row) {
        for (int i = 0; i < 5; ++i) all += std::string(row.Text(i)) + "|";
        return absl::OkStatus();
      });
    }),
                IsOk());
    return all;
  }

  // A little ahead of the database's clock, by which mails are queued.
  testing::FakeClock clock_{absl::Now() + absl::Minutes(1)};
  testing::TempDatabase temp_;
  SmtpServer server_;
  const Outbox outbox_{rpc::Sealer::WithRandomKey(), {"noreply@example.org", "Schutznetz"}};
  std::string log_;
  std::unique_ptr<MailSender> sender_;
};

INSTANTIATE_TEST_SUITE_P(Engines, OutboxTest, testing::AllEngines(), testing::EngineName);

TEST_P(OutboxTest, MailIsSentOnceAndItsContentGone) {
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_THAT(Rows(), Not(HasSubstr("ada")));
  EXPECT_THAT(Rows(), Not(HasSubstr("Seepferdchen")));
  EXPECT_EQ(RunOnce(), 1);
  EXPECT_EQ(RunOnce(), 0);
  ASSERT_EQ(server_.received().size(), 1u);
  EXPECT_THAT(server_.received()[0].data, HasSubstr("Seepferdchen"));
  EXPECT_THAT(server_.received()[0].to, ::testing::ElementsAre("ada@example.org"));
  EXPECT_THAT(Rows(), ::testing::EndsWith("confirmation|events/e/registrations/r1||"));
  EXPECT_EQ(sender_->Statistics().sent, 1);
  EXPECT_EQ(sender_->Statistics().waiting, 0);
}

// Mails with a calendar were given up unsent: what was sealed was opened only up to the length of a token.
TEST_P(OutboxTest, AMailAsLongAsMailsMayBeIsSent) {
  Mail mail = MailTo("ada@example.org");
  mail.attachments.push_back({"bescheinigung.pdf", "application/pdf", std::string(1 << 20, 'x')});
  ASSERT_THAT(Enqueue(mail), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  ASSERT_EQ(server_.received().size(), 1u);
  EXPECT_GT(server_.received()[0].data.size(), size_t{1} << 20);
}

TEST_P(OutboxTest, RolledBackWriteQueuesNothing) {
  EXPECT_THAT(Write([&](storage::Transaction& tx) -> absl::Status {
                EXPECT_THAT(outbox_.Enqueue(tx, MailTo("ada@example.org")), IsOk());
                return absl::AbortedError("no");
              }),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(RunOnce(), 0);
}

TEST_P(OutboxTest, BadMailFailsTheWriteThatWantsIt) {
  EXPECT_THAT(Enqueue(MailTo("ada@example.org\r\nx")), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(OutboxTest, AKeyIsUsedOnceEvenAfterDelivery) {
  ASSERT_THAT(Enqueue(MailTo("ada@example.org", "reminder/1")), IsOk());
  ASSERT_THAT(Enqueue(MailTo("ada@example.org", "reminder/1")), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  ASSERT_THAT(Enqueue(MailTo("ada@example.org", "reminder/1")), IsOk());
  ASSERT_THAT(Enqueue(MailTo("ada@example.org", "reminder/2")), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  EXPECT_EQ(server_.received().size(), 2u);
}

TEST_P(OutboxTest, TemporaryRefusalIsTriedAgainLaterUnderTheSameId) {
  server_.AnswerNext(".", "451 later");
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  EXPECT_EQ(RunOnce(), 0) << "not before its time";
  EXPECT_EQ(sender_->Statistics().failed, 1);
  EXPECT_EQ(sender_->Statistics().waiting, 1);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(RunOnce(), 1);
  EXPECT_EQ(server_.received().size(), 1u);
  EXPECT_EQ(log_, "mail_failed: confirmation, attempt 1, DATA 451\n");
}

TEST_P(OutboxTest, LostAnswerMeansTheSameMailAgain) {
  server_.AnswerNext(".", "close");  // taken, but nobody said so
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(RunOnce(), 1);
  ASSERT_EQ(server_.received().size(), 2u);
  EXPECT_EQ(server_.received()[0].data, server_.received()[1].data);
}

TEST_P(OutboxTest, PermanentRefusalEndsItWithoutContentOrAddressAnywhere) {
  server_.AnswerNext("RCPT", "550 no such user ada@example.org");
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  clock_.Advance(absl::Hours(10));
  EXPECT_EQ(RunOnce(), 0);
  EXPECT_EQ(sender_->Statistics().given_up, 1);
  EXPECT_EQ(log_, "mail_given_up: confirmation, attempt 1, RCPT 550\n");
  EXPECT_THAT(Rows(), ::testing::EndsWith("||"));
}

TEST_P(OutboxTest, OneRefusedRecipientHoldsUpNobody) {
  server_.AnswerNext("RCPT", "550 no");
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  ASSERT_THAT(Enqueue(MailTo("bea@example.org")), IsOk());
  EXPECT_EQ(RunOnce(), 2);
  EXPECT_EQ(server_.received().size(), 1u);
}

TEST_P(OutboxTest, ServerAwayCostsOneAttemptAndHoldsTheRest) {
  server_.Stop();
  for (int i = 0; i < 5; ++i) ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  EXPECT_EQ(RunOnce(), 0);
  server_.Start();
  clock_.Advance(absl::Minutes(2));
  EXPECT_EQ(RunOnce(), 5);
  EXPECT_EQ(server_.received().size(), 5u);
}

TEST_P(OutboxTest, GivenUpAfterThreeDays) {
  server_.Stop();
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  int attempts = 0;
  for (int hour = 0; hour < 80; ++hour) {
    attempts += RunOnce();
    clock_.Advance(absl::Hours(1));
  }
  EXPECT_EQ(sender_->Statistics().given_up, 1);
  EXPECT_GT(attempts, 10);
  EXPECT_LT(attempts, 40);
  EXPECT_THAT(Rows(), ::testing::EndsWith("||"));
}

TEST_P(OutboxTest, ExpiredMailIsNotSent) {
  Mail mail = MailTo("ada@example.org");
  mail.expire_time = clock_.Now() + absl::Hours(1);
  ASSERT_THAT(Enqueue(mail), IsOk());
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(RunOnce(), 1);
  EXPECT_EQ(server_.received().size(), 0u);
  EXPECT_EQ(sender_->Statistics().given_up, 1);
}

TEST_P(OutboxTest, RateIsBounded) {
  sender_ = MakeSender({.per_minute = 3});
  for (int i = 0; i < 8; ++i) ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_EQ(RunOnce(), 3);
  EXPECT_EQ(RunOnce(), 0);
  clock_.Advance(absl::Seconds(20));
  EXPECT_EQ(RunOnce(), 1);
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(RunOnce(), 3) << "what was not used is not saved up";
}

TEST_P(OutboxTest, TwoSendersNeverTakeTheSameMail) {
  for (int i = 0; i < 60; ++i) ASSERT_THAT(Enqueue(MailTo("p" + std::to_string(i) + "@example.org")), IsOk());
  const auto other = MakeSender();
  std::thread beside([&] {
    const absl::StatusOr<int> tried = other->RunOnce();
    EXPECT_TRUE(tried.ok());
  });
  RunOnce();
  beside.join();
  RunOnce();
  std::vector<std::string> to;
  for (const auto& mail : server_.received()) to.push_back(mail.to.at(0));
  std::sort(to.begin(), to.end());
  EXPECT_EQ(to.size(), 60u);
  EXPECT_EQ(std::unique(to.begin(), to.end()), to.end());
}

TEST_P(OutboxTest, SenderThatDiedIsFollowedByAnother) {
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  std::vector<ClaimedMail> dead;
  ASSERT_THAT(Write([&](storage::Transaction& tx) -> absl::Status {
                auto claimed = outbox_.Claim(tx, clock_.Now(), 10, absl::Minutes(10));
                if (claimed.ok()) dead = *std::move(claimed);
                return claimed.status();
              }),
              IsOk());
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(RunOnce(), 0);
  clock_.Advance(absl::Minutes(11));
  EXPECT_EQ(RunOnce(), 1);
  // And when the first one was only slow, its word counts no more.
  Fate fate = Fate::kSent;
  ASSERT_THAT(Write([&](storage::Transaction& tx) -> absl::Status {
                auto finished = outbox_.Finish(tx, dead[0], {.outcome = Delivery::kRefused}, clock_.Now());
                if (finished.ok()) fate = *finished;
                return finished.status();
              }),
              IsOk());
  EXPECT_EQ(fate, Fate::kLost);
}

TEST_P(OutboxTest, WithdrawnAndForgottenMailsAreGone) {
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  Mail reminder = MailTo("ada@example.org");
  reminder.kind = "reminder";
  ASSERT_THAT(Enqueue(reminder), IsOk());
  ASSERT_THAT(Write([&](storage::Transaction& tx) { return outbox_.Withdraw(tx, reminder.owner, "reminder"); }),
              IsOk());
  EXPECT_EQ(RunOnce(), 1);
  ASSERT_THAT(Write([&](storage::Transaction& tx) { return outbox_.Forget(tx, reminder.owner); }), IsOk());
  EXPECT_EQ(Rows(), "");
}

TEST_P(OutboxTest, TidyDeletesWhatIsLongOver) {
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_EQ(RunOnce(), 1);
  const auto tidy = [&] { return Write([&](storage::Transaction& tx) { return outbox_.Tidy(tx, clock_.Now()); }); };
  ASSERT_THAT(tidy(), IsOk());
  EXPECT_NE(Rows(), "");
  clock_.Advance(Outbox::kRemembered + absl::Seconds(1));
  ASSERT_THAT(tidy(), IsOk());
  EXPECT_EQ(Rows(), "");
}

TEST_P(OutboxTest, TidyEndsWhatNobodySends) {
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  clock_.Advance(Outbox::kGiveUpAfter + absl::Seconds(1));
  ASSERT_THAT(Write([&](storage::Transaction& tx) { return outbox_.Tidy(tx, clock_.Now()); }), IsOk());
  EXPECT_THAT(Rows(), ::testing::EndsWith("||"));
}

TEST_P(OutboxTest, OtherKeysOpenNothingAndSendNothing) {
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  const Outbox other(rpc::Sealer::WithRandomKey(), {"noreply@example.org", ""});
  MailSender sender(temp_.database(), other, std::make_unique<SmtpTransport>(SmtpOptions{.url = server_.url()}), clock_,
                    {});
  ASSERT_THAT(sender.RunOnce(), IsOk());
  EXPECT_EQ(sender.Statistics().given_up, 1);
  EXPECT_EQ(server_.received().size(), 0u);
}

TEST_P(OutboxTest, ThreadSendsByItself) {
  sender_ = MakeSender({.poll = absl::Milliseconds(5)});
  sender_->Start();
  ASSERT_THAT(Enqueue(MailTo("ada@example.org")), IsOk());
  EXPECT_TRUE(testing::Eventually([&] { return server_.received().size() == 1; }));
}

TEST(RetryDelayTest, Grows) {
  EXPECT_EQ(RetryDelay(1), absl::Minutes(1));
  EXPECT_EQ(RetryDelay(4), absl::Minutes(8));
  EXPECT_EQ(RetryDelay(50), absl::Hours(4));
}

}  // namespace
}  // namespace schutznetz::mail
