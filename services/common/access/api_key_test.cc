#include "services/common/access/api_key.h"

#include <gtest/gtest.h>

namespace schutznetz::access {
namespace {

TEST(ApiKeyTest, NewKeyHasItsForm) {
  const std::string text = NewApiKey("k-17");
  const auto key = ParseApiKey(text);
  ASSERT_TRUE(key.has_value()) << text;
  EXPECT_EQ(key->id, "k-17");
  EXPECT_EQ(key->secret.size(), 49u);
  EXPECT_NE(text, NewApiKey("k-17"));
}

TEST(ApiKeyTest, EverySlipIsSeen) {
  const std::string text = NewApiKey("k17");
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ParseApiKey(other).has_value()) << i;
    EXPECT_FALSE(ParseApiKey(text.substr(0, i)).has_value()) << i;
  }
  for (const std::string& other : {text + "A", " " + text, text + "=", NewApiKey(""), NewApiKey("a b"),
                                   NewApiKey(std::string(65, 'a')), std::string("snop_") + text}) {
    EXPECT_FALSE(ParseApiKey(other).has_value()) << other;
  }
}

TEST(ApiKeyTest, DigestDependsOnEverything) {
  const std::string pepper(32, 'p');
  const std::string text = NewApiKey("k1");
  const std::string other = NewApiKey("k1");
  const std::string digest = ApiKeyDigest(*ParseApiKey(text), pepper);
  EXPECT_EQ(digest.size(), 32u);
  EXPECT_TRUE(DigestsEqual(digest, ApiKeyDigest(*ParseApiKey(text), pepper)));
  EXPECT_FALSE(DigestsEqual(digest, ApiKeyDigest(*ParseApiKey(other), pepper)));
  EXPECT_FALSE(DigestsEqual(digest, ApiKeyDigest(*ParseApiKey(text), std::string(32, 'q'))));
  EXPECT_FALSE(DigestsEqual(digest, digest.substr(1)));
}

}  // namespace
}  // namespace schutznetz::access
