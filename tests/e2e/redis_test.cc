// What Redis does for running programs, and what is left without it (SAFETY P8): limits of all gateways together, then
// of each alone.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/redis_server.h"
#include "tests/e2e/raw_calls.h"

namespace schutznetz::e2e {
namespace {

constexpr int kLoginBurst = 30;  // of one address
constexpr int kNotTold = 3;      // the first eighth of a burst
constexpr int kRefilled = 10;    // one every 30 s, on a machine that is very busy

class RedisTest : public ::testing::Test {
 protected:
  // How many requests for a token are not refused for coming too often; whether they get one does not matter.
  static int Admitted(const Installation::Replica& gateway) {
    for (int i = 0;; ++i) {
      const auto answer = AskOnce(gateway.port, PostRequest("/oauth2/token", "", "grant_type=x", kFormType));
      if (answer.status != 401) {
        EXPECT_EQ(answer.status, 429) << answer.body;
        return i;
      }
    }
  }
  static int Metric(const Installation::Replica& gateway, const std::string& name) {
    const std::string text = AskOnce(gateway.admin_port, GetRequest("/metrics", "")).body;
    const size_t at = text.find(absl::StrCat("\n", name, " "));
    return at == std::string::npos ? 0 : std::stoi(text.substr(at + name.size() + 2));
  }

  testing::RedisServer redis_;
  Installation installation_{storage::Engine::kSqlite, redis_.address()};
};

TEST_F(RedisTest, ALimitHoldsForAllGatewaysTogetherAndWithoutRedisForEach) {
  const Installation::Replica first = installation_.AddGateway(installation_.directory_port(), 1);
  const Installation::Replica second = installation_.AddGateway(installation_.directory_port(), 1);
  // Every change of rights is hinted; what came before they listened is lost.
  ASSERT_TRUE(testing::Eventually([&] {
    NewPartnerKey(installation_, "[]");
    return Metric(first, "redis_hints_total") > 0 && Metric(second, "redis_hints_total") > 0;
  }));
  EXPECT_GE(Admitted(first), kLoginBurst);
  ASSERT_TRUE(
      testing::Eventually([&] { return Metric(second, "gateway_rates_heard_total") >= kLoginBurst - kNotTold; }));
  EXPECT_LE(Admitted(second), kNotTold + kRefilled);

  redis_.Stop();
  const Installation::Replica third = installation_.AddGateway(installation_.directory_port(), 1);
  const int alone = Admitted(third);
  EXPECT_GE(alone, kLoginBurst) << "a limit of its own";
  EXPECT_LE(alone, kLoginBurst + kRefilled);
}

}  // namespace
}  // namespace schutznetz::e2e
