// The cache against a real server, and against every fault of P8: what comes back is a value that was set, or nothing,
// in bounded time.
#include "services/common/cache/redis_cache.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <future>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/redis_server.h"

namespace schutznetz::cache {
namespace {

using testing::Eventually;
using ::testing::Optional;

// Far above what is promised (250 ms), because the machine that tests may be busy; a call that waits for Redis without
// limit would never end.
constexpr auto kBounded = std::chrono::seconds(20);

class RedisCacheTest : public ::testing::Test {
 protected:
  RedisCacheOptions Options() const {
    return {.address = *ParseRedisAddress(redis_.address()), .secret = "secret of the tests"};
  }
  std::optional<std::string> Get(std::string_view key) { return Get(cache_, key); }
  static std::optional<std::string> Get(Cache& cache, std::string_view key) {
    auto result = std::make_shared<std::promise<std::optional<std::string>>>();
    std::future<std::optional<std::string>> future = result->get_future();
    cache.Get(key, [result](std::optional<std::string> value) { result->set_value(std::move(value)); });
    if (future.wait_for(kBounded) == std::future_status::ready) return future.get();
    ADD_FAILURE() << "Get did not end";
    return std::nullopt;
  }
  // The breaker's pause passes.
  void PassPause() { clock_.Advance(kBreakerPause); }
  // A command as an operator would give it.
  Reply Raw(const Arguments& command) {
    auto connection = RedisConnection::Open(*ParseRedisAddress(redis_.address()));
    EXPECT_TRUE(connection.ok());
    (*connection)->Append(command);
    return *(*connection)->Receive(absl::Now() + absl::Seconds(10));
  }
  void SetAndAwait(std::string_view key, std::string_view value) {
    cache_.Set(key, value, absl::Minutes(5));
    ASSERT_THAT(Get(key), Optional(std::string(value)));
  }

  testing::FakeClock clock_;
  testing::RedisServer redis_;
  RedisCache cache_{clock_, Options()};
};

TEST_F(RedisCacheTest, GivesBackWhatWasSetBytesAndAll) {
  const std::string value("zero \0 and line\r\nfeed", 21);
  SetAndAwait("a", value);
  SetAndAwait("", "");
  SetAndAwait("big", std::string(kValueBytesMax, 'x'));
  EXPECT_FALSE(Get("b").has_value());
  EXPECT_EQ(cache_.Statistics().misses, 1);
  RedisCache other(clock_, Options());
  EXPECT_THAT(Get(other, "a"), Optional(value)) << "another process of the installation";
}

TEST_F(RedisCacheTest, WhatIsTooLongIsNotKept) {
  cache_.Set("a", std::string(kValueBytesMax + 1, 'x'), absl::Minutes(1));
  EXPECT_FALSE(Get("a").has_value());
  EXPECT_FALSE(Get(std::string(kKeyBytesMax + 100, 'k')).has_value());
}

TEST_F(RedisCacheTest, APoisonedValueIsAMiss) {
  SetAndAwait("a", "good");
  SetAndAwait("b", "of another key");
  const Reply of_b = Raw({"GET", "sn:value:b"});
  Raw({"SET", "sn:value:a", of_b.text});
  EXPECT_FALSE(Get("a").has_value()) << "a sealed value under another key";
  Raw({"SET", "sn:value:a", "evil"});
  EXPECT_FALSE(Get("a").has_value());
  EXPECT_EQ(cache_.Statistics().poisoned, 2);
  RedisCacheOptions options = Options();
  options.secret = "stolen Redis, not the secret";
  RedisCache stranger(clock_, options);
  stranger.Set("a", "evil", absl::Minutes(1));
  EXPECT_FALSE(Get(stranger, "b").has_value());
  EXPECT_FALSE(Get("a").has_value());
  SetAndAwait("a", "good again");
}

TEST_F(RedisCacheTest, AValueOfTheWrongTypeIsAMiss) {
  Raw({"RPUSH", "sn:value:a", "list"});
  EXPECT_FALSE(Get("a").has_value());
  SetAndAwait("b", "others are answered");
}

TEST_F(RedisCacheTest, AnEmptiedRedisMisses) {
  SetAndAwait("a", "x");
  Raw({"FLUSHALL"});
  EXPECT_FALSE(Get("a").has_value());
  SetAndAwait("a", "y");
}

TEST_F(RedisCacheTest, AReadOnlyRedisStillAnswersReads) {
  SetAndAwait("a", "x");
  Raw({"REPLICAOF", "127.0.0.1", "1"});
  Raw({"CONFIG", "SET", "replica-serve-stale-data", "yes"});
  cache_.Set("a", "y", absl::Minutes(1));
  EXPECT_THAT(Get("a"), Optional(std::string("x")));
  Raw({"REPLICAOF", "NO", "ONE"});
  SetAndAwait("a", "z");
}

TEST_F(RedisCacheTest, AFullRedisKeepsNothingNew) {
  SetAndAwait("a", "x");
  Raw({"CONFIG", "SET", "maxmemory", "1"});
  cache_.Set("b", "y", absl::Minutes(1));
  EXPECT_FALSE(Get("b").has_value());
  EXPECT_THAT(Get("a"), Optional(std::string("x")));
  Raw({"CONFIG", "SET", "maxmemory", "0"});
  SetAndAwait("b", "y");
}

TEST_F(RedisCacheTest, AStoppedRedisMissesAndComesBack) {
  SetAndAwait("a", "x");
  redis_.Stop();
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(Get("a").has_value());
  EXPECT_GE(cache_.Statistics().failures, 20);
  redis_.Start();
  EXPECT_FALSE(Get("a").has_value()) << "the breaker is open";
  PassPause();
  SetAndAwait("a", "y");
}

TEST_F(RedisCacheTest, AFrozenRedisDelaysFiveCallsAndNoMore) {
  SetAndAwait("a", "x");
  redis_.Freeze();
  const absl::Time start = absl::Now();
  absl::Duration longest;
  for (int i = 0; i < 200; ++i) {
    const absl::Time before = absl::Now();
    EXPECT_FALSE(Get("a").has_value());
    longest = std::max(longest, absl::Now() - before);
  }
  std::cout << "figure: frozen Redis, 200 reads: " << absl::ToInt64Milliseconds(absl::Now() - start)
            << " ms together, longest " << absl::ToInt64Milliseconds(longest) << " ms\n";
  redis_.Thaw();
  PassPause();
  EXPECT_TRUE(Eventually([&] {
    PassPause();
    return Get("a") == "x";
  }));
}

TEST_F(RedisCacheTest, CallersNeverWaitInSubmitting) {
  redis_.Freeze();
  std::atomic<int> answered{0};
  constexpr int kCalls = 10'000;  // more than may wait
  for (int i = 0; i < kCalls; ++i) cache_.Get("a", [&](std::optional<std::string>) { ++answered; });
  EXPECT_TRUE(Eventually([&] { return answered == kCalls; }));
  redis_.Thaw();
}

TEST_F(RedisCacheTest, ManyCallsShareRoundTripsAndAllAreAnswered) {
  SetAndAwait("a", "x");
  std::atomic<int> right{0};
  constexpr int kCalls = 3000;
  for (int i = 0; i < kCalls; ++i) {
    cache_.Get("a", [&](std::optional<std::string> value) { right += value == "x" ? 1 : 0; });
  }
  EXPECT_TRUE(Eventually([&] { return right == kCalls; }));
}

TEST_F(RedisCacheTest, HintsReachListenersOfTheirTopicInOtherProcesses) {
  RedisCache other(clock_, Options());
  std::atomic<int64_t> heard{-1};
  std::atomic<int> strangers{0};
  const Subscription rights = other.OnHint("rights", [&](int64_t number) { heard = number; });
  const Subscription changes = other.OnHint("changes", [&](int64_t number) { strangers += number == 0 ? 0 : 1; });
  ASSERT_TRUE(Eventually([&] { return heard == 0; })) << "called once when it begins to listen";
  cache_.SendHint("rights", 7);
  EXPECT_TRUE(Eventually([&] { return heard == 7; }));
  Raw({"PUBLISH", "sn:hint:rights", "no number"});
  Raw({"PUBLISH", "sn:hint:rights", "-4"});
  cache_.SendHint("rights", 9);
  EXPECT_TRUE(Eventually([&] { return heard == 9; }));
  EXPECT_EQ(strangers, 0);
  EXPECT_EQ(other.Statistics().hints, 2);
}

TEST_F(RedisCacheTest, AListenerIsCalledAgainWhenRedisIsBack) {
  std::atomic<int> calls{0};
  const Subscription rights = cache_.OnHint("rights", [&](int64_t) { ++calls; });
  ASSERT_TRUE(Eventually([&] { return calls == 1; }));
  redis_.Stop();
  redis_.Start();
  EXPECT_TRUE(Eventually([&] { return calls == 2; }));
}

TEST_F(RedisCacheTest, OnlyMessagesOfTheInstallationAreHeard) {
  RedisCache other(clock_, Options());
  std::mutex mutex;
  std::vector<std::string> heard;
  const Subscription rates = other.OnMessage("rates", [&](std::string_view text) {
    const std::lock_guard lock(mutex);
    heard.emplace_back(text);
  });
  const std::string text("zero \0 and line\r\nfeed", 21);
  const auto send = [&] {
    cache_.SendMessage("rates", text);
    const std::lock_guard lock(mutex);
    return !heard.empty();
  };
  ASSERT_TRUE(Eventually(send)) << "those before it listens are lost";
  RedisCacheOptions stranger_options = Options();
  stranger_options.secret = "stolen Redis, not the secret";
  RedisCache stranger(clock_, stranger_options);
  stranger.SendMessage("rates", "evil");
  Raw({"PUBLISH", "sn:message:rates", "evil"});
  cache_.SendMessage("hints", "of another topic");
  EXPECT_TRUE(Eventually([&] { return other.Statistics().poisoned == 2; }));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(heard, ::testing::Each(text));
}

TEST_F(RedisCacheTest, WhoStopsListeningIsNotCalledAnyMore) {
  std::atomic<int> first{0}, second{0};
  Subscription gone = cache_.OnHint("rights", [&](int64_t) { ++first; });
  const Subscription stays = cache_.OnHint("rights", [&](int64_t) { ++second; });
  ASSERT_TRUE(Eventually([&] { return first == 1 && second >= 1; }));
  gone.reset();
  cache_.SendHint("rights", 1);
  EXPECT_TRUE(Eventually([&] { return second >= 2; }));
  EXPECT_EQ(first, 1);
}

TEST(RedisCacheSlowTest, ATricklingServerIsCutOff) {
  // Sends the beginning of an answer, then a byte at a time: every read returns in time, the answer never ends.
  const std::string path = absl::StrCat("/tmp/schutznetz-trickle-", getpid());
  unlink(path.c_str());
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener, 8), 0);
  std::thread trickler([&] {
    const int peer = accept(listener, nullptr, nullptr);
    ssize_t sent = send(peer, "$1000000\r\n", 10, MSG_NOSIGNAL);
    while (sent > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      sent = send(peer, "x", 1, MSG_NOSIGNAL);
    }
    close(peer);
  });
  {
    const testing::FakeClock clock;
    RedisCache cache(clock, {.address = *ParseRedisAddress("unix:" + path)});
    std::promise<bool> found;
    cache.Get("a", [&](const std::optional<std::string>& value) { found.set_value(value.has_value()); });
    std::future<bool> result = found.get_future();
    ASSERT_EQ(result.wait_for(kBounded), std::future_status::ready);
    EXPECT_FALSE(result.get());
  }
  trickler.join();
  close(listener);
  unlink(path.c_str());
}

}  // namespace
}  // namespace schutznetz::cache
