#include "services/common/rpc/formats.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace schutznetz::rpc {
namespace {

struct Table {
  const char* name;
  bool (*check)(std::string_view);
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

const Table kTables[] = {
    {"PhoneNumber",
     IsPhoneNumber,
     {"+493023125001", "110", "116111", "+4930231250", "+12025550123"},
     {"", "+", "11", "1161110", "030 23125001", "+0493023125001", "+49-30", "+1234567890123456", "++49302312500",
      "١١٠"}},
    {"Email",
     IsEmail,
     {"stelle@example.org", "a.b+c@sub.example.org", "x@example.museum"},
     {"", "a", "@example.org", "a@", "a@b", "a..b@example.org", ".a@example.org", "a.@example.org", "a b@example.org",
      "a@exa_mple.org", "a@-example.org", "a@example.org.", "a@example.123", "ä@example.org", "a@b@example.org.",
      std::string(65, 'a') + "@example.org", "a@" + std::string(250, 'b') + ".org", "\"a\"@example.org"}},
    {"HttpsUrl",
     IsHttpsUrl,
     {"https://example.org", "https://www.example.org/a%20b?c=d#e", "https://example.org:8443/"},
     {"", "http://example.org", "https://", "https://localhost", "https://user@example.org",
      "https://user:pw@example.org/", "https://example.org:0/", "https://example.org:70000/", "https://example.org:/",
      "https://example.org/a b", "https://example.org/%zz", "https://example.org/%2", "https://example.org/\"",
      "https://[::1]/", "HTTPS://example.org", "https://exämple.org", "javascript:alert(1)",
      "https://example.org/" + std::string(2000, 'a')}},
    {"Postcode", IsPostcode, {"48143", "01067"}, {"", "4814", "481433", "4814a", "00000", " 48143"}},
    {"AreaKey",
     IsAreaKey,
     {"05", "055", "05515", "05515000", "11000000-08", "pd-nw-muenster"},
     {"", "5", "0551", "055150", "0551500", "055150001", "11000000-8", "11000000_08", "pd-", "pd-NW", "pd-nw-",
      "0551a"}},
    {"LanguageTag",
     IsLanguageTag,
     {"de", "de-simple", "de-DE", "zh-Hans-CN", "sr-Latn", "gsg", "sl-rozaj-biske", "de-1996", "x-private",
      "de-x-leicht", "zh-yue", "en-u-ca-gregory", "es-419"},
     {"", "d", "de-", "-de", "de--DE", "de_DE", "deutschland", "de-DE-DE", "de-x", "x", "de-aaaaaaaaa", "1de",
      "de-DE-Latn", "de-ä"}},
    {"Date",
     IsDate,
     {"2026-03-02", "2024-02-29", "2000-02-29", "1900-01-01", "2199-12-31"},
     {"", "2026-3-2", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00", "1899-12-31",
      "2200-01-01", "2026-03-02T00:00", "02.03.2026"}},
    {"TimeOfDay",
     IsTimeOfDay,
     {"00:00", "09:30", "23:59", "24:00"},
     {"", "24:01", "25:00", "9:30", "12:60", "12-30", "12:3a", "12:30:00"}},
    {"RequestId",
     IsRequestId,
     {"a", "7f1c1d0e-9d5c-4a54-8f5a-2b3f0d9f6a11", std::string(64, '~')},
     {"", " ", "a b", std::string(65, 'a'), "a\n", "ä"}},
    {"LandCode", IsLandCode, {"DE-NW", "DE-BB", "DE-TH"}, {"", "NW", "DE-XX", "de-nw", "DE-NWX", "AT-NW"}},
};

TEST(FormatsTest, EachFormatTakesAndRefusesWhatItsTableSays) {
  for (const Table& table : kTables) {
    for (const std::string& text : table.good) EXPECT_TRUE(table.check(text)) << table.name << ": " << text;
    for (const std::string& text : table.bad) EXPECT_FALSE(table.check(text)) << table.name << ": " << text;
  }
}

TEST(FormatsTest, EveryValueOfTheEnumHasAFault) {
  const auto* formats = common::v1::FieldRule::Format_descriptor();
  for (int i = 0; i < formats->value_count(); ++i) {
    const auto format = static_cast<common::v1::FieldRule::Format>(formats->value(i)->number());
    EXPECT_NE(FormatFault(format, "notes", "\x01 no shape \x02"), "") << formats->value(i)->name();
  }
}

TEST(FormatsTest, PlainTextIsNfcWithoutControlOrBidiCharacters) {
  const auto fault = [](std::string_view text) {
    return FormatFault(common::v1::FieldRule::FORMAT_UNSPECIFIED, "", text);
  };
  EXPECT_EQ(fault("Münster\n\tja"), "");
  EXPECT_NE(fault("Mu\u0308nster"), "");
  EXPECT_NE(fault("a\u202Eb"), "");
  EXPECT_NE(fault("a\x07"), "");
}

}  // namespace
}  // namespace schutznetz::rpc
