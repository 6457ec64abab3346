#include "services/common/wire/text.h"

#include <gtest/gtest.h>

#include <string>

#include "services/common/wire/well_known_text.h"

namespace schutznetz::wire {
namespace {

TEST(CheckTextTest, PlainTextInAnyScriptPasses) {
  for (const char* text : {"", "Beratung", "Straße\n\tübermäßig", "Ελληνικά", "العربية", "日本語", "😀", "Tiếng Việt"}) {
    EXPECT_EQ(CheckText(text), TextFault::kNone) << text;
  }
}

TEST(CheckTextTest, FaultsAreFound) {
  EXPECT_EQ(CheckText("a\xff"), TextFault::kNotUtf8);
  EXPECT_EQ(CheckText("a\xc3"), TextFault::kNotUtf8);
  EXPECT_EQ(CheckText("\xed\xa0\x80"), TextFault::kNotUtf8);
  EXPECT_EQ(CheckText(std::string_view("a\0b", 3)), TextFault::kControlCharacter);
  EXPECT_EQ(CheckText("a\r\n"), TextFault::kControlCharacter);
  EXPECT_EQ(CheckText("\x7f"), TextFault::kControlCharacter);
  EXPECT_EQ(CheckText("\xc2\x85"), TextFault::kControlCharacter);
  EXPECT_EQ(CheckText("\xe2\x80\xae"
                      "abc"),
            TextFault::kBidiOverride);
  EXPECT_EQ(CheckText("\xe2\x81\xa6"
                      "abc"),
            TextFault::kBidiOverride);
  EXPECT_EQ(CheckText("a\xcc\x88"), TextFault::kNotNfc);     // a with combining diaeresis
  EXPECT_EQ(CheckText("\xe2\x84\xab"), TextFault::kNotNfc);  // Angstrom sign
}

TEST(CheckTextTest, BadUtf8CountsBeforeEverythingElse) { EXPECT_EQ(CheckText("\x01 then \xff"), TextFault::kNotUtf8); }

struct TimeRow {
  const char* text;
  bool ok;
  int64_t seconds = 0;
  int32_t nanos = 0;
};

TEST(WellKnownTextTest, TimestampsAreReadStrictly) {
  const TimeRow rows[] = {
      {"1970-01-01T00:00:00Z", true, 0, 0},
      {"2026-11-22T02:00:00+01:00", true, 1795309200, 0},
      {"2026-11-22T02:00:00.5-00:30", true, 1795314600, 500'000'000},
      {"2000-02-29T00:00:00.000000001Z", true, 951782400, 1},
      {"0001-01-01T00:00:00Z", true, -62135596800, 0},
      {"9999-12-31T23:59:59.999999999Z", true, 253402300799, 999'999'999},
      {"0001-01-01T00:00:00+00:01", false},
      {"9999-12-31T23:59:59-00:01", false},
      {"1900-02-29T00:00:00Z", false},
      {"2026-13-01T00:00:00Z", false},
      {"2026-11-22T24:00:00Z", false},
      {"2026-11-22T23:59:60Z", false},
      {"2026-11-22 02:00:00Z", false},
      {"2026-11-22T02:00:00", false},
      {"2026-11-22T02:00:00.Z", false},
      {"2026-11-22T02:00:00.1234567890Z", false},
      {"2026-11-22T02:00:00+24:00", false},
      {"2026-11-22T02:00:00Zx", false},
      {"0000-01-01T00:00:00Z", false},
      {"", false},
  };
  for (const TimeRow& row : rows) {
    SecondsNanos time;
    EXPECT_EQ(ParseTimestamp(row.text, &time), row.ok) << row.text;
    if (!row.ok) continue;
    EXPECT_EQ(time.seconds, row.seconds) << row.text;
    EXPECT_EQ(time.nanos, row.nanos) << row.text;
  }
}

TEST(WellKnownTextTest, TimestampsComeBackOnEveryDayOfAllYears) {
  for (int64_t seconds = -62135596800; seconds <= 253402300799; seconds += 86400 * 13 + 3607) {
    char text[kTimeTextMax];
    const char* const end = FormatTimestamp({seconds, 0}, text);
    ASSERT_NE(end, nullptr);
    SecondsNanos back;
    ASSERT_TRUE(ParseTimestamp(std::string_view(text, static_cast<size_t>(end - text)), &back));
    ASSERT_EQ(back.seconds, seconds);
  }
}

TEST(WellKnownTextTest, DurationsAreReadStrictly) {
  const TimeRow rows[] = {
      {"0s", true, 0, 0},
      {"3.5s", true, 3, 500'000'000},
      {"-0.5s", true, 0, -500'000'000},
      {"-3.5s", true, -3, -500'000'000},
      {"315576000000s", true, 315576000000, 0},
      {"315576000000.1s", false},
      {"315576000001s", false},
      {"1", false},
      {".5s", false},
      {"1.s", false},
      {"+1s", false},
      {"1e3s", false},
      {"--1s", false},
      {"s", false},
      {"1s ", false},
  };
  for (const TimeRow& row : rows) {
    SecondsNanos duration;
    EXPECT_EQ(ParseDuration(row.text, &duration), row.ok) << row.text;
    if (!row.ok) continue;
    EXPECT_EQ(duration.seconds, row.seconds) << row.text;
    EXPECT_EQ(duration.nanos, row.nanos) << row.text;
  }
}

TEST(WellKnownTextTest, Base64TakesBothAlphabetsAndOptionalPadding) {
  const auto decode = [](std::string_view text) {
    std::string bytes(text.size(), '\0');
    const char* const end = DecodeBase64(text, bytes.data());
    return end == nullptr ? std::string("refused") : bytes.substr(0, static_cast<size_t>(end - bytes.data()));
  };
  EXPECT_EQ(decode(""), "");
  EXPECT_EQ(decode("YQ=="), "a");
  EXPECT_EQ(decode("YQ"), "a");
  EXPECT_EQ(decode("YWI="), "ab");
  EXPECT_EQ(decode("YWJj"), "abc");
  EXPECT_EQ(decode("-_-_"), decode("+/+/"));
  for (const char* bad : {"Y", "YQ=", "YR==", "YQ= ", "=", "====", "Y===", "YQ==YQ==", "Y Q="}) {
    EXPECT_EQ(decode(bad), "refused") << bad;
  }
}

TEST(WellKnownTextTest, MaskPathsGoBothWays) {
  std::string text;
  EXPECT_TRUE(AppendMaskPathAsJson("display_name.a_b", &text));
  EXPECT_EQ(text, "displayName.aB");
  text.clear();
  EXPECT_TRUE(AppendMaskPathFromJson("displayName.aB", &text));
  EXPECT_EQ(text, "display_name.a_b");
  text.clear();
  EXPECT_TRUE(AppendMaskPathFromJson("display_name", &text));
  EXPECT_EQ(text, "display_name");
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "DisplayName", "a b", "a.*", "ä"}) {
    EXPECT_FALSE(AppendMaskPathFromJson(bad, &text)) << bad;
  }
}

}  // namespace
}  // namespace schutznetz::wire
