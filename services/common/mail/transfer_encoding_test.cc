#include "services/common/mail/transfer_encoding.h"

#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::mail {
namespace {

using ::testing::Each;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<size_t> LineLengths(const std::string& text) {
  std::vector<size_t> lengths;
  for (absl::string_view line : absl::StrSplit(text, "\r\n")) lengths.push_back(line.size());
  return lengths;
}

TEST(QuotedPrintableTest, EncodesWhatIsNotPlain) {
  EXPECT_EQ(QuotedPrintable("Grüße = ja"), "Gr=C3=BC=C3=9Fe =3D ja\r\n");
  EXPECT_EQ(QuotedPrintable("ends with a space "), "ends with a space=20\r\n");
  EXPECT_EQ(QuotedPrintable(".point"), "=2Epoint\r\n");
}

TEST(QuotedPrintableTest, EveryKindOfLineEndBecomesOne) {
  EXPECT_EQ(QuotedPrintable("a\nb\r\nc\rd"), "a\r\nb\r\nc\r\nd\r\n");
  EXPECT_EQ(QuotedPrintable("a\n\nb\n"), "a\r\n\r\nb\r\n");
}

TEST(QuotedPrintableTest, LongLinesAreBrokenSoftly) {
  const std::string encoded = QuotedPrintable(std::string(500, 'x') + std::string(40, '='));
  EXPECT_THAT(LineLengths(encoded), Each(::testing::Le(76u)));
}

TEST(Base64LinesTest, LinesHave76Characters) {
  EXPECT_EQ(Base64Lines("abc"), "YWJj\r\n");
  EXPECT_THAT(LineLengths(Base64Lines(std::string(1000, 'x'))), Each(::testing::Le(76u)));
}

TEST(HeaderLineTest, PlainTextStaysAsItIs) {
  EXPECT_EQ(HeaderLine("Subject", "Workshop in Bonn"), "Subject: Workshop in Bonn\r\n");
}

TEST(HeaderLineTest, LongPlainTextIsFoldedAtSpaces) {
  const std::string line = HeaderLine("Subject", std::string(40, 'a') + " " + std::string(40, 'b'));
  EXPECT_EQ(line, "Subject: " + std::string(40, 'a') + "\r\n " + std::string(40, 'b') + "\r\n");
}

TEST(HeaderLineTest, OtherTextBecomesEncodedWords) {
  EXPECT_EQ(HeaderLine("Subject", "Grüße"), "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n");
  EXPECT_THAT(HeaderLine("Subject", "=?utf-8?Q?trick?="), Not(HasSubstr("Q?trick")));
}

TEST(HeaderLineTest, EncodedWordsAreShortAndCutNoCharacter) {
  std::string value;
  for (int i = 0; i < 60; ++i) value += "ä€";
  const std::string line = HeaderLine("Subject", value);
  EXPECT_THAT(LineLengths(line), Each(::testing::Le(76u)));
  // 30 bytes or 45 of base64 each end on a whole character only if no word ends with a cut one: decoded in
  // message_test.
}

TEST(HeaderLineTest, NoValueBeginsAnotherHeader) {
  for (const std::string value : {"a\r\nBcc: x@example.org", "a\nBcc: x@example.org", "a\rBcc: x", "ä\r\nBcc: x"}) {
    const std::string line = HeaderLine("Subject", value);
    EXPECT_THAT(line, Not(HasSubstr("\nBcc"))) << value;
    EXPECT_THAT(line, Not(HasSubstr("\rBcc"))) << value;
  }
}

TEST(MailboxLineTest, NamesThatCouldBeMisreadAreEncoded) {
  EXPECT_EQ(MailboxLine("To", "Ada Beispiel", "ada@example.org"), "To: Ada Beispiel <ada@example.org>\r\n");
  EXPECT_EQ(MailboxLine("To", "", "ada@example.org"), "To: <ada@example.org>\r\n");
  const std::string line = MailboxLine("To", "Ada\" <evil@example.org>,", "ada@example.org");
  EXPECT_THAT(line, Not(HasSubstr("evil")));
  EXPECT_THAT(line, HasSubstr("<ada@example.org>"));
}

TEST(FilenameParameterTest, PlainIsQuotedAndTheRestInPieces) {
  EXPECT_EQ(FilenameParameter("invite.ics"), ";\r\n filename=\"invite.ics\"");
  EXPECT_THAT(FilenameParameter("Bestätigung.pdf"), Eq(";\r\n filename*0*=utf-8''Best%C3%A4tigung.pdf"));
  EXPECT_THAT(LineLengths(FilenameParameter(std::string(200, 'x') + "ä")), Each(::testing::Le(78u)));
}

}  // namespace
}  // namespace schutznetz::mail
