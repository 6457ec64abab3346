#include "services/common/access/rights_watch.h"

#include <atomic>

#include "gtest/gtest.h"
#include "services/common/cache/redis_cache.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/redis_server.h"

namespace schutznetz::access {
namespace {

using testing::Eventually;

class RightsWatchTest : public ::testing::Test {
 protected:
  absl::StatusOr<int64_t> Ask() {
    ++asked_;
    if (!answers_) return absl::UnavailableError("away");
    return version_.load();
  }
  std::function<absl::StatusOr<int64_t>(absl::Duration)> asker() {
    return [this](absl::Duration) { return Ask(); };
  }
  static RightsWatchOptions Quick() {
    return {.period = absl::Milliseconds(2), .retry = absl::Milliseconds(1), .hint_pause = absl::ZeroDuration()};
  }

  testing::FakeClock clock_;
  RightsVersion rights_{clock_};
  std::atomic<int64_t> version_{7};
  std::atomic<bool> answers_{true};
  std::atomic<int> asked_{0};
};

TEST_F(RightsWatchTest, LearnsTheVersionAtOnceAndFollowsIt) {
  EXPECT_FALSE(rights_.is_fresh());
  const RightsWatch watch(rights_, clock_, asker(), Quick());
  EXPECT_TRUE(Eventually([&] { return rights_.version() == 7; }));
  EXPECT_TRUE(watch.Fresh());
  version_ = 8;
  EXPECT_TRUE(Eventually([&] { return rights_.version() == 8; }));
}

TEST_F(RightsWatchTest, AfterStopNothingIsAskedAndAHintChangesNothing) {
  RightsWatch watch(rights_, clock_, asker(), Quick());
  ASSERT_TRUE(Eventually([&] { return asked_ > 0; }));
  watch.Stop();
  const int asked = asked_;
  watch.Wake();
  watch.Stop();
  version_ = 8;
  EXPECT_FALSE(Eventually([&] { return asked_ > asked; }, absl::Milliseconds(50)));
}

TEST_F(RightsWatchTest, IsNotFreshWhenNothingWasConfirmedForFiveSeconds) {
  const RightsWatch watch(rights_, clock_, asker(), Quick());
  ASSERT_TRUE(Eventually([&] { return watch.Fresh(); }));
  answers_ = false;
  const int before = asked_;
  ASSERT_TRUE(Eventually([&] { return asked_ >= before + 2; })) << "goes on asking";
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(watch.Fresh());
  clock_.Advance(absl::Microseconds(1));
  EXPECT_FALSE(watch.Fresh());
  EXPECT_GT(watch.age(), kRightsAgeMax);
  answers_ = true;
  EXPECT_TRUE(Eventually([&] { return watch.Fresh(); }));
}

TEST_F(RightsWatchTest, TheAgeCountsFromTheQuestion) {
  const RightsWatch watch(
      rights_, clock_,
      [&](absl::Duration) -> absl::StatusOr<int64_t> {
        if (++asked_ == 1) clock_.Advance(absl::Seconds(6));  // the answer took six seconds
        return asked_ == 1 ? absl::StatusOr<int64_t>(7) : absl::UnavailableError("away");
      },
      Quick());
  EXPECT_TRUE(Eventually([&] { return asked_ >= 2; }));
  EXPECT_EQ(rights_.version(), 7);
  EXPECT_FALSE(watch.Fresh());
}

TEST_F(RightsWatchTest, AHintThroughRedisMakesItAskSooner) {
  const testing::RedisServer redis;
  const auto address = *cache::ParseRedisAddress(redis.address());
  RightsWatch watch(rights_, clock_, asker(), {.period = absl::Hours(1), .hint_pause = absl::ZeroDuration()});
  ASSERT_TRUE(Eventually([&] { return asked_ == 1; })) << "a hint before the first question needs no second one";
  cache::RedisCache listening(clock_, {.address = address});
  const cache::Subscription hints = listening.OnHint(kRightsTopic, [&](int64_t) { watch.Wake(); });
  ASSERT_TRUE(Eventually([&] { return asked_ >= 2; })) << "woken when the listener connects";
  version_ = 8;
  cache::RedisCache sending(clock_, {.address = address});
  sending.SendHint(kRightsTopic, 1'000'000);
  EXPECT_TRUE(Eventually([&] { return rights_.version() == 8; })) << "what the server says, not the hint";
}

TEST_F(RightsWatchTest, ManyHintsAreOneQuestionPerPause) {
  RightsWatch watch(rights_, clock_, asker(), {.period = absl::Hours(1), .hint_pause = absl::Hours(1)});
  ASSERT_TRUE(Eventually([&] { return asked_ == 1; }));
  for (int i = 0; i < 1000; ++i) watch.Wake();
  EXPECT_EQ(asked_, 1);
}

}  // namespace
}  // namespace schutznetz::access
