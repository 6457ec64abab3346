#include "services/common/mail/smtp_transport.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/mail/mail_drop.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/smtp_server.h"

namespace schutznetz::mail {
namespace {

using testing::Eventually;
using testing::SmtpServer;

constexpr char kFrom[] = "noreply@example.org";
constexpr char kTo[] = "ada@example.org";
constexpr char kMessage[] = "Subject: Test\r\nMessage-ID: <rabc@example.org>\r\n\r\n.point\r\nend\r\n";

SmtpOptions OptionsFor(const SmtpServer& server) { return {.url = server.url()}; }

TEST(SmtpTransportTest, HandsOverByteForByte) {
  SmtpServer server;
  SmtpTransport transport(OptionsFor(server));
  EXPECT_EQ(transport.Send(kFrom, kTo, kMessage).outcome, Delivery::kDelivered);
  EXPECT_EQ(transport.Send(kFrom, kTo, kMessage).outcome, Delivery::kDelivered);
  const auto received = server.received();
  ASSERT_EQ(received.size(), 2u);
  EXPECT_EQ(received[0].from, kFrom);
  EXPECT_THAT(received[0].to, ::testing::ElementsAre(kTo));
  EXPECT_EQ(received[0].data, kMessage);
  EXPECT_EQ(server.connections(), 1) << "the connection is kept";
}

struct Reply {
  const char* name;
  const char* command;
  const char* reply;
  Delivery::Outcome outcome;
  int code;
};

class SmtpReplyTest : public ::testing::TestWithParam<Reply> {};

TEST_P(SmtpReplyTest, DecidesWhatBecomesOfTheMail) {
  SmtpServer server;
  SmtpTransport transport(OptionsFor(server));
  server.AnswerNext(GetParam().command, GetParam().reply);
  const Delivery delivery = transport.Send(kFrom, kTo, kMessage);
  EXPECT_EQ(delivery.outcome, GetParam().outcome) << delivery.step;
  EXPECT_EQ(delivery.reply_code, GetParam().code);
  // Whatever happened, the next mail goes its way.
  EXPECT_EQ(transport.Send(kFrom, kTo, kMessage).outcome, Delivery::kDelivered);
}

INSTANTIATE_TEST_SUITE_P(
    Replies, SmtpReplyTest,
    ::testing::Values(Reply{"RecipientUnknown", "RCPT", "550 no such user", Delivery::kRefused, 550},
                      Reply{"RecipientLater", "RCPT", "450 greylisted", Delivery::kDeferred, 450},
                      Reply{"ContentRefused", ".", "554 spam", Delivery::kRefused, 554},
                      Reply{"ContentLater", ".", "451 try later", Delivery::kDeferred, 451},
                      Reply{"SenderRefused", "MAIL", "550 not from you", Delivery::kServerAway, 550},
                      Reply{"ServerCloses", "RCPT", "421 going down", Delivery::kServerAway, 421},
                      Reply{"NotWelcome", "CONNECT", "554 go away", Delivery::kServerAway, 554},
                      Reply{"ConnectionLost", "RCPT", "close", Delivery::kServerAway, 0}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(SmtpTransportTest, NobodyListening) {
  SmtpServer server;
  SmtpTransport transport(OptionsFor(server));
  server.Stop();
  EXPECT_EQ(transport.Send(kFrom, kTo, kMessage).outcome, Delivery::kServerAway);
  server.Start();
  EXPECT_EQ(transport.Send(kFrom, kTo, kMessage).outcome, Delivery::kDelivered);
}

TEST(SmtpTransportTest, SilenceEndsWithTheLimit) {
  SmtpServer server;
  SmtpOptions options = OptionsFor(server);
  options.limit = absl::Milliseconds(200);
  SmtpTransport transport(options);
  server.AnswerNext(".", "silence");
  EXPECT_EQ(transport.Send(kFrom, kTo, kMessage).outcome, Delivery::kServerAway);
}

TEST(SmtpTransportTest, StopEndsASendThatHangs) {
  SmtpServer server;
  SmtpTransport transport(OptionsFor(server));
  server.AnswerNext("MAIL", "silence");
  Delivery delivery;
  std::thread sending([&] { delivery = transport.Send(kFrom, kTo, kMessage); });
  EXPECT_TRUE(Eventually([&] { return server.connections() == 1; }));
  const absl::Time start = absl::Now();
  transport.Stop();
  sending.join();
  EXPECT_LT(absl::Now() - start, absl::Seconds(15));
  EXPECT_EQ(delivery.outcome, Delivery::kServerAway);
}

TEST(SmtpTransportTest, SignsIn) {
  SmtpServer server;
  const config::Secret password("open sesame");
  SmtpOptions options = OptionsFor(server);
  options.user = "schutznetz";
  options.password = &password;
  SmtpTransport transport(options);
  server.AnswerNext("AUTH", "535 wrong password");
  const Delivery refused = transport.Send(kFrom, kTo, kMessage);
  EXPECT_EQ(refused.outcome, Delivery::kServerAway) << "a wrong password is no fault of the mail";
  EXPECT_EQ(transport.Send(kFrom, kTo, kMessage).outcome, Delivery::kDelivered);
}

TEST(SmtpUrlTest, FaultsAreNamed) {
  for (const char* good : {"smtp://mail.example.org:587", "smtps://mail.example.org", "smtp://127.0.0.1:25/me"}) {
    EXPECT_EQ(SmtpUrlFault(good), "") << good;
  }
  for (const char* bad : {"", "http://mail.example.org", "smtp://", "smtp:///x", "smtp://u:p@mail.example.org",
                          "smtp://mail.example.org/\r\nX"}) {
    EXPECT_NE(SmtpUrlFault(bad), "") << bad;
  }
}

TEST(MailDropTest, WritesOneFilePerMessage) {
  std::string folder = (std::filesystem::temp_directory_path() / "mail-drop-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  MailDrop drop(folder + "/mail");
  ASSERT_THAT(drop.Prepare(), testing::IsOk());
  EXPECT_EQ(drop.Send(kFrom, kTo, kMessage).outcome, Delivery::kDelivered);
  EXPECT_EQ(drop.Send(kFrom, kTo, kMessage).outcome, Delivery::kDelivered);
  const std::filesystem::path file = folder + "/mail/rabc.eml";
  std::stringstream content;
  content << std::ifstream(file).rdbuf();
  EXPECT_EQ(content.str(), kMessage);
  EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(drop.Send(kFrom, kTo, "Subject: x\r\nMessage-ID: <../x@y>\r\n\r\n").outcome, Delivery::kRefused);
  std::filesystem::remove_all(folder);
}

TEST(MailDropTest, FolderThatCannotBeIsRefused) {
  EXPECT_THAT(MailDrop("/proc/none").Prepare(), testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace schutznetz::mail
