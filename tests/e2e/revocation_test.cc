// What is taken back stops working everywhere within 5 s (SAFETY P15), and what is protected stops being shown (P21),
// with Redis dead: on SQLite at three gateways before one directory server, on PostgreSQL at three gateways before
// three replicas of it.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <iostream>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/redis_server.h"
#include "tests/e2e/raw_calls.h"

namespace schutznetz::e2e {
namespace {

constexpr int kReplicas = 3;
constexpr absl::Duration kPromise = absl::Seconds(5);
constexpr char kNetwork[] = "networks/kooperation-nordrhein-westfalen";

// A call that somebody may make, until they may not.
struct Probe {
  std::string name;
  std::string request;
  int refused = 403;
  // Not empty: what the answer holds as long as it may, instead of being refused.
  std::string shows;

  bool IsAllowed(const gateway::testing::RawAnswer& answer) const {
    return answer.status == 200 && absl::StrContains(answer.body, shows);
  }
  bool IsRefused(const gateway::testing::RawAnswer& answer) const {
    return shows.empty() ? answer.status == refused : answer.status == 200 && !IsAllowed(answer);
  }
};

class RevocationTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  RevocationTest() : installation_(GetParam(), redis_.address()) {
    for (int i = 0; i < kReplicas; ++i) {
      const bool own_directory = i > 0 && GetParam() == storage::Engine::kPostgres;
      const int directory = own_directory ? installation_.AddDirectory().port : installation_.directory_port();
      gateways_.push_back(installation_.AddGateway(directory, 100'000).port);
    }
  }

  // Takes something back and waits until every gateway refuses; the longest time from the answer on until the last call
  // that went through.
  void ExpectRevoked(const Probe& probe, const std::string& path, const std::string& by = kFirstOperator) {
    ExpectGone(probe, [&] { MustWrite(installation_, by, path, "{}"); });
  }
  void ExpectGone(const Probe& probe, const std::function<void()>& take_back) {
    if (redis_state_ == "Redis dead") redis_.Stop();
    for (const int gateway : gateways_) {
      ASSERT_TRUE(testing::Eventually([&] { return probe.IsAllowed(AskOnce(gateway, probe.request)); })) << probe.name;
    }
    std::atomic<bool> refused_everywhere{false};
    std::vector<absl::Time> last_allowed(kReplicas, absl::InfinitePast());
    std::atomic<int> refusing{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < kReplicas; ++i) {
      callers.emplace_back([&, i] {
        // A second refusal must be the last word: calls go on until all refuse.
        bool counted = false;
        while (!refused_everywhere) {
          const auto answer = AskOnce(gateways_[i], probe.request);
          if (probe.IsAllowed(answer)) last_allowed[i] = absl::Now();
          if (probe.IsRefused(answer) && !counted) {
            counted = true;
            if (++refusing == kReplicas) refused_everywhere = true;
          }
        }
      });
    }
    take_back();
    const absl::Time revoked = absl::Now();
    for (std::thread& caller : callers) caller.join();
    absl::Duration longest = absl::ZeroDuration();
    for (const absl::Time allowed : last_allowed) longest = std::max(longest, allowed - revoked);
    std::cout << "figure: revocation of " << probe.name << " on "
              << (GetParam() == storage::Engine::kSqlite ? "SQLite" : "PostgreSQL") << ", " << redis_state_ << ": "
              << absl::ToInt64Milliseconds(longest) << " ms until refused by " << kReplicas << " gateways\n";
    EXPECT_LT(longest, kPromise) << probe.name;
  }

  testing::RedisServer redis_;
  Installation installation_;
  std::vector<int> gateways_;
  std::string redis_state_ = "Redis dead";
};

TEST_P(RevocationTest, AGrant) {
  const std::string editor = NewMember(installation_, "editor");
  const std::string proposed =
      MustWrite(installation_, kFirstOperator, "/v1/grants",
                absl::StrCat(R"({"principal":")", editor, R"(","role":"EDITOR","lands":["lands/DE-NW"]})"));
  const std::string grant = MustApprove(installation_, kSecondOperator, proposed);
  ExpectRevoked({"a grant", PostRequest("/v1/organizations?validateOnly=true", AsSubject(installation_, "editor"),
                                        R"({"displayName":"Musterstelle","land":"lands/DE-NW"})")},
                absl::StrCat("/v1/", TextOf(grant, "name"), ":revoke"));
}

TEST_P(RevocationTest, AMembership) {
  const std::string memberships = absl::StrCat("/v1/", kNetwork, "/memberships");
  MustWrite(installation_, kFirstOperator, "/v1/grants",
            absl::StrCat(R"({"principal":")", NewMember(installation_, "coordinator"),
                         R"(","role":"COORDINATOR","networks":[")", kNetwork, R"("]})"));
  const std::string invited =
      MustWrite(installation_, "coordinator", memberships,
                absl::StrCat(R"({"member":")", NewMember(installation_, "member"), R"(","role":"MEMBER"})"));
  const std::string membership = MustApprove(installation_, "member", invited);
  ExpectRevoked({"a membership", GetRequest(memberships, AsSubject(installation_, "member"))},
                absl::StrCat("/v1/", TextOf(membership, "name"), ":end"), "member");
}

TEST_P(RevocationTest, AMember) {
  const std::string member = NewMember(installation_, "suspended");
  ExpectRevoked({"a member", GetRequest("/v1/lands", AsSubject(installation_, "suspended")), 401},
                absl::StrCat("/v1/", member, ":suspend"));
}

TEST_P(RevocationTest, AKey) {
  const NewKey key = NewPartnerKey(installation_, "[]");
  ExpectRevoked({"a key", GetRequest("/v1/lands", "X-API-Key: " + key.secret + "\r\n"), 401},
                absl::StrCat("/v1/", key.name, ":revoke"));
}

TEST_P(RevocationTest, AKeyEndsItsTokens) {
  const NewKey key = NewPartnerKey(installation_, "[]");
  const auto token = AskOnce(gateways_[0], PostRequest("/oauth2/token", "", TokenForm(key), kFormType));
  ASSERT_EQ(token.status, 200) << token.body;
  ExpectRevoked({"a key with a token", GetRequest("/v1/lands", Bearer(TextOf(token.body, "access_token"))), 401},
                absl::StrCat("/v1/", key.name, ":revoke"));
}

TEST_P(RevocationTest, AnAddressThatIsProtected) {
  const std::string organization =
      MustWrite(installation_, kStaff, "/v1/organizations", R"({"displayName":"Musterstelle","land":"lands/DE-NW"})");
  const std::string location = MustWrite(installation_, kStaff, "/v1/locations",
                                         absl::StrCat(R"({"organization":")", TextOf(organization, "name"),
                                                      R"(","kreisKey":"05315","address":{"street":"Geheimwort 1"}})"));
  const std::string path = absl::StrCat("/v1/", TextOf(location, "name"));
  const std::string protect =
      absl::StrCat(R"({"addressProtection":"PROTECTED","etag":")", TextOf(location, "etag"), "\"}");
  ExpectGone({.name = "an address", .request = GetRequest(path, ""), .shows = "Geheimwort"}, [&] {
    const auto done =
        AskOnce(installation_.gateway_port(), PatchRequest(path, AsSubject(installation_, kStaff), protect));
    ASSERT_EQ(done.status, 200) << done.body;
  });
}

TEST_P(RevocationTest, AKeyWithRedisAlive) {
  redis_state_ = "Redis alive";
  const NewKey key = NewPartnerKey(installation_, "[]");
  ExpectRevoked({"a key", GetRequest("/v1/lands", "X-API-Key: " + key.secret + "\r\n"), 401},
                absl::StrCat("/v1/", key.name, ":revoke"));
}

INSTANTIATE_TEST_SUITE_P(Engines, RevocationTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
