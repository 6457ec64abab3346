#include "services/common/cache/sealed_value.h"

#include "gtest/gtest.h"
#include "services/common/cache/breaker.h"
#include "services/common/cache/redis_address.h"
#include "services/common/testing/fake_clock.h"

namespace schutznetz::cache {
namespace {

TEST(ValueSealTest, OpensWhatItSealedForTheSameKeyOnly) {
  const ValueSeal seal("secret");
  const std::string sealed = seal.Seal("a", "value");
  EXPECT_EQ(seal.Open("a", sealed), "value");
  EXPECT_EQ(ValueSeal("secret").Open("a", sealed), "value");
  EXPECT_FALSE(seal.Open("b", sealed).has_value());
  EXPECT_FALSE(ValueSeal("other").Open("a", sealed).has_value());
  EXPECT_FALSE(ValueSeal("").Open("a", ValueSeal("").Seal("a", "value")).has_value());
  EXPECT_EQ(seal.Open("", seal.Seal("", "")), "");
}

TEST(ValueSealTest, AKeyDoesNotRunIntoItsValue) {
  const ValueSeal seal("secret");
  const std::string sealed = seal.Seal("ab", "cd");
  EXPECT_FALSE(seal.Open("abc", sealed.substr(0, 32) + "d").has_value());
}

TEST(ValueSealTest, EveryChangedByteIsAMiss) {
  const ValueSeal seal("secret");
  const std::string sealed = seal.Seal("a", "value");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(seal.Open("a", changed).has_value()) << i;
    EXPECT_FALSE(seal.Open("a", sealed.substr(0, i)).has_value()) << i;
  }
}

TEST(BreakerTest, OpensAfterFiveFailuresInARowForTwoSeconds) {
  testing::FakeClock clock;
  Breaker breaker(clock);
  for (int i = 0; i < 4; ++i) breaker.Failed();
  breaker.Succeeded();
  for (int i = 0; i < 4; ++i) breaker.Failed();
  EXPECT_TRUE(breaker.Allows());
  breaker.Failed();
  EXPECT_FALSE(breaker.Allows());
  clock.Advance(absl::Seconds(2));
  EXPECT_TRUE(breaker.Allows());
  breaker.Failed();
  EXPECT_FALSE(breaker.Allows()) << "the first failure after the pause opens it again";
  clock.Advance(absl::Seconds(2));
  breaker.Succeeded();
  breaker.Failed();
  EXPECT_TRUE(breaker.Allows());
}

TEST(RedisAddressTest, TakesSocketsAndNumericAddresses) {
  EXPECT_EQ(ParseRedisAddress("unix:/run/redis.sock")->socket, "/run/redis.sock");
  EXPECT_EQ(ParseRedisAddress("127.0.0.1:6379")->port, 6379);
  EXPECT_EQ(ParseRedisAddress("[::1]:6379")->host, "::1");
  for (const char* bad : {"", "unix:", "localhost:6379", "redis.example.org:6379", "127.0.0.1", "127.0.0.1:0",
                          "127.0.0.1:65536", "127.0.0.1:x"}) {
    EXPECT_FALSE(ParseRedisAddress(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace schutznetz::cache
