#include "services/common/mail/message.h"

#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/mail_reader.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::mail {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

const Sender kSender = {"noreply@example.org", "Schutznetz"};
const absl::Time kDate = absl::FromUnixSeconds(1772445600);

Mail SimpleMail() {
  Mail mail;
  mail.to = "ada@example.org";
  mail.to_name = "Ada Überbeispiel";
  mail.subject = "Anmeldung bestätigt: Fachtag „Kinderschutz in der Fläche“ am 2. März 2026 in Münster, mit Rückfragen";
  mail.text = "Guten Tag,\n\nIhre Anmeldung ist bestätigt.\n.\nFrom here on.\n";
  return mail;
}

TEST(MessageTest, TextMailIsReadBackAsItWasWritten) {
  const auto message = RenderMessage(SimpleMail(), kSender, "rabc", kDate);
  ASSERT_THAT(message, IsOk());
  const std::string read = testing::ReadMail(*message);
  EXPECT_THAT(read,
              HasSubstr("\"Subject\": \"Anmeldung bestätigt: Fachtag „Kinderschutz in der Fläche“ am 2. März 2026 in "
                        "Münster, mit Rückfragen\""));
  EXPECT_THAT(read, HasSubstr("\"To\": \"Ada Überbeispiel <ada@example.org>\""));
  EXPECT_THAT(read, HasSubstr("\"Message-ID\": \"<rabc@example.org>\""));
  EXPECT_THAT(read, HasSubstr("\"Date\": \"Mon, 02 Mar 2026 10:00:00 +0000\""));
  EXPECT_THAT(read, HasSubstr("Ihre Anmeldung ist bestätigt.\\n.\\nFrom here on.\\n"));
  EXPECT_THAT(read, HasSubstr("\"defects\": []"));
}

TEST(MessageTest, InvitationIsAnAlternativeAndAFile) {
  Mail mail = SimpleMail();
  mail.calendars = {{"REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Übung\r\nEND:VCALENDAR\r\n"},
                    {"REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"}};
  mail.attachments.push_back({"Bestätigung.pdf", "application/pdf", std::string("%PDF-\0\xff", 7)});
  const auto message = RenderMessage(mail, kSender, "rabc", kDate);
  ASSERT_THAT(message, IsOk());
  const std::string read = testing::ReadMail(*message);
  for (const char* part :
       {"\"multipart/mixed\"", "\"multipart/alternative\"", "\"method\": \"REQUEST\", \"type\": \"text/calendar\"",
        "\"file\": \"invite.ics\"", "\"file\": \"invite-2.ics\"", "\"file\": \"Bestätigung.pdf\"", "SUMMARY:Übung",
        "\"defects\": []"}) {
    EXPECT_THAT(read, HasSubstr(part));
  }
}

TEST(MessageTest, IsAsciiWithShortLines) {
  Mail mail = SimpleMail();
  mail.calendars = {{"CANCEL", std::string(3000, 'x')}};
  mail.text = std::string(5000, 'y');
  mail.attachments.push_back({std::string(180, 'n') + "ü", "application/pdf", std::string(5000, '\0')});
  const auto message = RenderMessage(mail, kSender, "rabcdefghijklmnopqrstuvwxyz", kDate);
  ASSERT_THAT(message, IsOk());
  for (absl::string_view line : absl::StrSplit(*message, "\r\n")) {
    EXPECT_LE(line.size(), 78u) << line;
    for (const char c : line) ASSERT_TRUE(c == '\t' || (c >= ' ' && c <= '~')) << line;
  }
}

TEST(MessageTest, BadMailIsRefusedByField) {
  const auto refusal = [](auto change) {
    Mail mail = SimpleMail();
    change(mail);
    return std::string(RenderMessage(mail, kSender, "rabc", kDate).status().message());
  };
  EXPECT_THAT(refusal([](Mail& mail) { mail.to = "ada@example.org>\r\nRCPT TO:<eve@example.org"; }),
              HasSubstr("mail.to"));
  EXPECT_THAT(refusal([](Mail& mail) { mail.to_name = "a\nb"; }), HasSubstr("mail.to_name"));
  EXPECT_THAT(refusal([](Mail& mail) { mail.subject = "a\r\nBcc: eve@example.org"; }), HasSubstr("mail.subject"));
  EXPECT_THAT(refusal([](Mail& mail) { mail.subject = ""; }), HasSubstr("mail.subject"));
  EXPECT_THAT(refusal([](Mail& mail) { mail.text = "\xff"; }), HasSubstr("mail.text"));
  EXPECT_THAT(refusal([](Mail& mail) { mail.language = "de\r\nX: y"; }), HasSubstr("mail.language"));
  EXPECT_THAT(refusal([](Mail& mail) { mail.unsubscribe_url = "javascript:x"; }), HasSubstr("mail.unsubscribe_url"));
  EXPECT_THAT(refusal([](Mail& mail) { mail.calendars = {{"PUBLISH", "x"}}; }), HasSubstr("mail.calendars"));
  EXPECT_THAT(refusal([](Mail& mail) {
                mail.attachments.push_back({"../x", "application/pdf", ""});
              }),
              HasSubstr("mail.attachments"));
  EXPECT_THAT(refusal([](Mail& mail) {
                mail.attachments.push_back({"x", "application/pdf; a=b", ""});
              }),
              HasSubstr("mail.attachments"));
  EXPECT_THAT(refusal([](Mail& mail) {
                mail.attachments.push_back({"x", "a/b", std::string(1024 * 1024 + 1, 'x')});
              }),
              HasSubstr("mail.attachments"));
}

TEST(MessageTest, SameMailGivesSameBytes) {
  EXPECT_EQ(*RenderMessage(SimpleMail(), kSender, "rabc", kDate), *RenderMessage(SimpleMail(), kSender, "rabc", kDate));
}

}  // namespace
}  // namespace schutznetz::mail
