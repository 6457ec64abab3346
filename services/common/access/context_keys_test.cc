#include "services/common/access/context_keys.h"

#include <gtest/gtest.h>

#include "services/common/testing/matchers.h"

namespace schutznetz::access {
namespace {

using testing::HasReason;
using testing::IsOk;

constexpr char kSecret[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

TEST(ContextKeysTest, FirstLineOfAPairSigns) {
  const auto keys = ContextKeys::Parse("# comment\n\n" + NewContextKeyLine("a", "gateway", "directory") +
                                       NewContextKeyLine("b", "gateway", "directory") +
                                       NewContextKeyLine("a", "directory", "exchange"));
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->SigningKey("gateway", "directory")->id, "a");
  EXPECT_EQ(keys->SigningKey("directory", "exchange")->id, "a");
  EXPECT_EQ(keys->SigningKey("directory", "gateway"), nullptr);
  EXPECT_EQ(keys->KeysTo("directory").size(), 2u);
  EXPECT_EQ(keys->KeysTo("events").size(), 0u);
}

TEST(ContextKeysTest, NewLinesDiffer) { EXPECT_NE(NewContextKeyLine("a", "b", "c"), NewContextKeyLine("a", "b", "c")); }

TEST(ContextKeysTest, SecretIsReadAsWritten) {
  const auto keys = ContextKeys::Parse(std::string("k gateway events ") + kSecret);
  ASSERT_THAT(keys, IsOk());
  for (unsigned char i = 0; i < 32; ++i) EXPECT_EQ(keys->SigningKey("gateway", "events")->secret[i], i);
}

TEST(ContextKeysTest, WrongLinesAreNamedWithoutTheSecret) {
  const std::string good = std::string("k gateway events ") + kSecret;
  for (const std::string& line :
       {std::string("k gateway events"), good + " more", std::string("k gateway gateway ") + kSecret,
        std::string("k/1 gateway events ") + kSecret, std::string(33, 'k') + " gateway events " + kSecret, good + "A",
        good + "=", std::string("k gateway events AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg"),
        std::string("k gateway events AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+")}) {
    const auto keys = ContextKeys::Parse("# first\n" + line + "\n");
    ASSERT_THAT(keys, HasReason("INVALID_FIELD")) << line;
    EXPECT_NE(std::string(keys.status().message()).find("line 2"), std::string::npos);
    EXPECT_EQ(std::string(keys.status().message()).find("AAECAw"), std::string::npos);
  }
}

TEST(ContextKeysTest, PairHasAtMostTwoKeysOfDifferentIds) {
  const std::string a = NewContextKeyLine("a", "gateway", "events");
  EXPECT_THAT(ContextKeys::Parse(a + NewContextKeyLine("a", "gateway", "events")), HasReason("INVALID_FIELD"));
  EXPECT_THAT(
      ContextKeys::Parse(a + NewContextKeyLine("b", "gateway", "events") + NewContextKeyLine("c", "gateway", "events")),
      HasReason("INVALID_FIELD"));
}

}  // namespace
}  // namespace schutznetz::access
