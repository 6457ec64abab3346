// Several gateways and a real Redis, with every fault of P8: a limit tightens by what others say, and never loosens or
// tightens by what anybody else does.
#include "services/common/rate/shared_rates.h"

#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/cache/redis_cache.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/redis_server.h"

namespace schutznetz::rate {
namespace {

using testing::Eventually;

constexpr int64_t kNow = 1'000'000'000;
constexpr int kBurst = 8;
constexpr int kTold = 7;  // of a burst

// A process of the installation, whose own clock stands still: what is taken stays taken.
struct Gateway {
  Gateway(const testing::RedisServer& redis, const std::string& secret)
      : cache(std::make_unique<cache::RedisCache>(
            clock, cache::RedisCacheOptions{.address = *cache::ParseRedisAddress(redis.address()), .secret = secret})),
        rates(
            {{.interval_us = 1'000'000, .burst = kBurst}}, {cache.get(), secret}, clock, [] { return kNow; }, metrics) {
  }
  int Heard() const {
    constexpr std::string_view kName = "\ngateway_rates_heard_total ";
    const std::string text = metrics.Text();
    return std::stoi(text.substr(text.find(kName) + kName.size()));
  }
  bool Take(std::string_view who) { return rates.Take(0, 0, who, kNow).admitted; }

  SystemClock clock;
  telemetry::Metrics metrics;
  std::unique_ptr<cache::RedisCache> cache;
  SharedRates rates;
};

class SharedRatesTest : public ::testing::Test {
 protected:
  // Callers use their burst up at `a` and then come to `b`, until one has nothing left there but what is not told; a
  // new one each time, because messages are lost before both listen.
  static bool BecomesShared(Gateway& a, Gateway& b) {
    static int caller = 0;
    return Eventually([&] {
      const std::string who = "caller " + std::to_string(++caller);
      const int before = b.Heard();
      for (int i = 0; i < kBurst; ++i) EXPECT_TRUE(a.Take(who));
      const bool heard = Eventually([&] { return b.Heard() >= before + kTold; }, absl::Seconds(1));
      return heard && Admitted(b, who) == kBurst - kTold;
    });
  }
  static int Admitted(Gateway& gateway, const std::string& who) {
    int admitted = 0;
    for (int i = 0; i < 2 * kBurst; ++i) admitted += gateway.Take(who) ? 1 : 0;
    return admitted;
  }

  testing::RedisServer redis_;
};

TEST_F(SharedRatesTest, WhatIsTakenAtOneGatewayIsTakenAtAll) {
  Gateway a(redis_, "secret"), b(redis_, "secret");
  EXPECT_TRUE(BecomesShared(a, b));
  EXPECT_EQ(Admitted(b, "somebody else"), kBurst);
}

TEST_F(SharedRatesTest, AnotherInstallationIsNotHeard) {
  Gateway a(redis_, "secret"), b(redis_, "secret"), stranger(redis_, "another secret");
  for (int i = 0; i < kBurst; ++i) EXPECT_TRUE(stranger.Take("victim"));
  ASSERT_TRUE(BecomesShared(a, b));
  EXPECT_TRUE(Eventually([&] { return b.cache->Statistics().poisoned > 0; }));
  EXPECT_EQ(Admitted(b, "victim"), kBurst);
}

TEST_F(SharedRatesTest, EachGatewayKeepsItsLimitWithoutRedis) {
  Gateway a(redis_, "secret"), b(redis_, "secret");
  ASSERT_TRUE(BecomesShared(a, b));
  redis_.Stop();
  EXPECT_EQ(Admitted(a, "x"), kBurst);
  EXPECT_EQ(Admitted(b, "x"), kBurst);
  redis_.Start();
  EXPECT_TRUE(BecomesShared(a, b)) << "it comes back by itself";
}

TEST_F(SharedRatesTest, NobodyWaitsForAFrozenRedis) {
  Gateway a(redis_, "secret"), b(redis_, "secret");
  ASSERT_TRUE(BecomesShared(a, b));
  redis_.Freeze();
  for (int i = 0; i < 20'000; ++i) a.Take("stranger " + std::to_string(i));
  EXPECT_EQ(Admitted(a, "x"), kBurst);
  redis_.Thaw();
  EXPECT_TRUE(BecomesShared(a, b));
}

TEST_F(SharedRatesTest, AMessageCountsOnce) {
  Gateway a(redis_, "secret"), b(redis_, "secret");
  // Whoever reads what goes through Redis can send it again, and no more.
  cache::RedisCache eavesdropper(a.clock, {.address = *cache::ParseRedisAddress(redis_.address()), .secret = "secret"});
  std::atomic<int> repeated{0};
  const cache::Subscription eavesdropping = eavesdropper.OnMessage("rates-gateway", [&](std::string_view message) {
    if (repeated.fetch_add(1) < 100) eavesdropper.SendMessage("rates-gateway", message);
  });
  ASSERT_TRUE(BecomesShared(a, b));
  ASSERT_TRUE(Eventually([&] { return repeated >= 100; }));
  const int before = b.Heard();
  ASSERT_TRUE(a.Take("y") && a.Take("y") && a.Take("y"));  // the first is not told
  ASSERT_TRUE(Eventually([&] { return b.Heard() >= before + 2; }));
  ASSERT_TRUE(BecomesShared(a, b)) << "whatever was repeated has arrived by now";
  EXPECT_EQ(Admitted(b, "y"), kBurst - 2);
}

}  // namespace
}  // namespace schutznetz::rate
