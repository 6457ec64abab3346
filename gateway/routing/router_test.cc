#include "gateway/routing/router.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace schutznetz::gateway {
namespace {

class RouterTest : public testing::Test {
 protected:
  explicit RouterTest(std::vector<RouteRule> rules = Rules())
      : rules_(std::move(rules)), router_(*Router::Build(rules_)) {}

  static std::vector<RouteRule> Rules() {
    return {
        {"GET", "/v1/lands"},
        {"GET", "/v1/{name=services/*}"},
        {"PATCH", "/v1/{service.name=services/*}"},
        {"DELETE", "/v1/{name=services/*}"},
        {"POST", "/v1/{name=services/*}:undelete"},
        {"GET", "/v1/services"},
        {"POST", "/v1/services"},
        {"GET", "/v1/services:reach"},
        {"POST", "/v1/services/special"},
        {"GET", "/v1/services/known"},
        {"GET", "/v1/{parent=imports/*}/refusals"},
        {"GET", "/v1/{path=files/**}"},
        {"GET", "/v1/{path=files/**}:meta"},
        {"GET", "/v1/files/*/{rest=**}"},
        {"LOCK", "/v1/{name=rooms/*}"},
        {"GET", "/hsds/services/{id}"},
        {"GET", "/x/{a}/{b}/{c}"},
    };
  }

  // "GET /v1/lands value,value", "404", "405 Allow" or "400".
  std::string Matched(std::string_view method, std::string_view path) const {
    const RouteMatch match = router_.Match(method, path);
    switch (match.outcome) {
      case RouteMatch::Outcome::kNotFound:
        return "404";
      case RouteMatch::Outcome::kMethodNotAllowed:
        return absl::StrCat("405 ", match.allow);
      case RouteMatch::Outcome::kBadPath:
        return "400";
      case RouteMatch::Outcome::kFound:
        break;
    }
    std::string result = absl::StrCat(rules_[match.rule].http_method, " ", rules_[match.rule].path_template);
    for (const std::string_view value : match.values) absl::StrAppend(&result, " ", std::string(value));
    return result;
  }

  std::vector<RouteRule> rules_;
  Router router_;
};

TEST_F(RouterTest, PathsFindTheirRuleAndVariables) {
  EXPECT_EQ(Matched("GET", "/v1/lands"), "GET /v1/lands");
  EXPECT_EQ(Matched("GET", "/v1/services/abc"), "GET /v1/{name=services/*} services/abc");
  EXPECT_EQ(Matched("PATCH", "/v1/services/abc"), "PATCH /v1/{service.name=services/*} services/abc");
  EXPECT_EQ(Matched("GET", "/v1/imports/7/refusals"), "GET /v1/{parent=imports/*}/refusals imports/7");
  EXPECT_EQ(Matched("GET", "/x/1/2/3"), "GET /x/{a}/{b}/{c} 1 2 3");
  EXPECT_EQ(Matched("LOCK", "/v1/rooms/r"), "LOCK /v1/{name=rooms/*} rooms/r");
}

TEST_F(RouterTest, ALiteralIsPreferredToAStarAndAStarToTwo) {
  EXPECT_EQ(Matched("GET", "/v1/services/known"), "GET /v1/services/known");
  EXPECT_EQ(Matched("GET", "/v1/files/a/b/c"), "GET /v1/files/*/{rest=**} b/c");
  EXPECT_EQ(Matched("GET", "/v1/files/a"), "GET /v1/files/*/{rest=**} ");
  EXPECT_EQ(Matched("GET", "/v1/files"), "GET /v1/{path=files/**} files");
}

TEST_F(RouterTest, AMoreLiteralRuleForAnotherMethodDoesNotHideAFit) {
  EXPECT_EQ(Matched("GET", "/v1/services/special"), "GET /v1/{name=services/*} services/special");
  EXPECT_EQ(Matched("POST", "/v1/services/special"), "POST /v1/services/special");
}

TEST_F(RouterTest, AVerbIsPreferredAndOtherwisePartOfTheSegment) {
  EXPECT_EQ(Matched("GET", "/v1/services:reach"), "GET /v1/services:reach");
  EXPECT_EQ(Matched("POST", "/v1/services/abc:undelete"), "POST /v1/{name=services/*}:undelete services/abc");
  EXPECT_EQ(Matched("GET", "/v1/services/abc:other"), "GET /v1/{name=services/*} services/abc:other");
  EXPECT_EQ(Matched("GET", "/v1/files/a/b:meta"), "GET /v1/{path=files/**}:meta files/a/b");
  EXPECT_EQ(Matched("POST", "/v1/services/a:b:undelete"), "POST /v1/{name=services/*}:undelete services/a:b");
  // An encoded colon belongs to the segment.
  EXPECT_EQ(Matched("GET", "/v1/services/abc%3Aundelete"), "GET /v1/{name=services/*} services/abc:undelete");
  EXPECT_EQ(Matched("GET", "/v1/services:unknown"), "404");
}

TEST_F(RouterTest, KnownPathsWithAnotherMethodListTheirMethods) {
  EXPECT_EQ(Matched("PUT", "/v1/services/abc"), "405 DELETE, GET, HEAD, PATCH");
  EXPECT_EQ(Matched("PUT", "/v1/services/special"), "405 DELETE, GET, HEAD, PATCH, POST");
  EXPECT_EQ(Matched("GET", "/v1/services/abc:undelete"), "405 POST");
  EXPECT_EQ(Matched("get", "/v1/lands"), "405 GET, HEAD");
  EXPECT_EQ(Matched("HEAD", "/v1/rooms/r"), "405 LOCK");
}

TEST_F(RouterTest, HeadTakesTheGetRule) {
  EXPECT_EQ(Matched("HEAD", "/v1/lands"), "GET /v1/lands");
  EXPECT_EQ(Matched("HEAD", "/v1/services:reach"), "GET /v1/services:reach");
}

TEST_F(RouterTest, UnknownPathsAreNotFound) {
  for (const char* path :
       {"/", "/v2/lands", "/v1", "/v1/lands/x", "/V1/lands", "/v1/services/a/b", "/v1/imports/refusals"}) {
    EXPECT_EQ(Matched("GET", path), "404") << path;
  }
}

TEST_F(RouterTest, SegmentsAreDecodedOnce) {
  EXPECT_EQ(Matched("GET", "/v1/services/m%C3%BCnster%20%2541"), "GET /v1/{name=services/*} services/münster %41");
  EXPECT_EQ(Matched("GET", "/v1/%6cands"), "GET /v1/lands");
  EXPECT_EQ(Matched("POST", "/v1/services/%61%62:undelete"), "POST /v1/{name=services/*}:undelete services/ab");
}

TEST_F(RouterTest, PathsAreNeverNormalised) {
  for (const char* path : {"",
                           "v1/lands",
                           "*",
                           "//v1/lands",
                           "/v1//lands",
                           "/v1/lands/",
                           "/v1/./lands",
                           "/v1/../lands",
                           "/v1/%2e/lands",
                           "/v1/%2E%2e/lands",
                           "/v1/services/a%2fb",
                           "/v1/services/a%2Fb",
                           "/v1/services/a%5cb",
                           "/v1/services/a%00",
                           "/v1/services/a\\b",
                           "/v1/services/%",
                           "/v1/services/%4",
                           "/v1/services/%zz",
                           "/v1/services/%ff",
                           "/v1/services/%c0%af",
                           "/v1/services/%ed%a0%80",
                           "/v1/services/\xc3\xbc",
                           "/v1/services/a b",
                           "/v1/services/a\tb"}) {
    EXPECT_EQ(Matched("GET", path), "400") << path;
  }
}

TEST_F(RouterTest, MovedMatchesKeepTheirDecodedValues) {
  RouteMatch match = router_.Match("GET", "/v1/services/%61");
  const RouteMatch moved = std::move(match);
  EXPECT_EQ(moved.values[0], "services/a");
}

TEST_F(RouterTest, ManySegmentsAreNoProblem) {
  std::string path = "/v1/files";
  for (int i = 0; i < 2000; ++i) path += "/a";
  EXPECT_EQ(router_.Match("GET", path).outcome, RouteMatch::Outcome::kFound);
}

TEST(RouterBuildTest, EqualRulesFailAndAreNamed) {
  const std::vector<RouteRule> rules{{"GET", "/v1/{name=services/*}"}, {"GET", "/v1/services/{id}"}};
  const auto router = Router::Build(rules);
  EXPECT_EQ(router.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(router.status().message(), "equal routes: GET /v1/{name=services/*} and /v1/services/{id}");
}

TEST(RouterBuildTest, TheSamePathWithAnotherMethodOrVerbIsAnotherRule) {
  const std::vector<RouteRule> rules{
      {"GET", "/v1/{a}"}, {"POST", "/v1/{a}"}, {"GET", "/v1/{a}:x"}, {"GET", "/v1/{a}:y"}};
  EXPECT_TRUE(Router::Build(rules).ok());
}

TEST(RouterBuildTest, MalformedTemplatesFail) {
  const std::vector<RouteRule> rules{{"GET", "/v1/{a"}};
  EXPECT_EQ(Router::Build(rules).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace schutznetz::gateway
