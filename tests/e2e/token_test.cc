// A partner system from its key to a token to a call: real servers, a real gateway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/common/access/api_key.h"
#include "services/common/testing/eventually.h"
#include "tests/e2e/raw_calls.h"

namespace schutznetz::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TokenTest : public ::testing::Test {
 protected:
  gateway::testing::RawAnswer Ask(const std::string& request) const {
    return AskOnce(installation_.gateway_port(), request);
  }
  gateway::testing::RawAnswer Token(const std::string& form, const std::string& header = "") const {
    return Ask(PostRequest("/oauth2/token", header, form, kFormType));
  }

  Installation installation_{storage::Engine::kSqlite};
};

TEST_F(TokenTest, AKeyBecomesATokenThatOpensWhatItsScopesOpen) {
  const NewKey key = NewPartnerKey(installation_, R"(["restricted.read","changes.read"])");
  const std::string organization =
      TextOf(MustWrite(installation_, kStaff, "/v1/organizations", R"({"displayName":"Muster","land":"lands/DE-NW"})"),
             "name");
  const std::string service = TextOf(
      MustWrite(installation_, kStaff, "/v1/services",
                absl::StrCat(R"({"displayName":"Beratung","kind":"COUNSELLING","land":"lands/DE-NW","organization":")",
                             organization, R"(","professionalPhones":[{"number":"+492214710123"}]})")),
      "name");
  // Both ways to say who asks.
  const std::string basic =
      absl::StrCat("Authorization: Basic ", absl::Base64Escape(absl::StrCat(key.id, ":", key.secret)), "\r\n");
  const auto whole = Token("grant_type=client_credentials", basic);
  const auto narrow = Token(TokenForm(key, "&scope=changes.read"));
  ASSERT_EQ(whole.status, 200) << whole.body;
  ASSERT_EQ(narrow.status, 200) << narrow.body;
  EXPECT_EQ(TextOf(whole.body, "scope"), "restricted.read changes.read");
  EXPECT_EQ(TextOf(narrow.body, "scope"), "changes.read");
  EXPECT_EQ(whole.headers.at("cache-control"), "no-store");

  const std::string path = "/v1/" + service;
  const auto as_whole = Ask(GetRequest(path, Bearer(TextOf(whole.body, "access_token"))));
  const auto as_narrow = Ask(GetRequest(path, Bearer(TextOf(narrow.body, "access_token"))));
  EXPECT_EQ(as_whole.status, 200) << as_whole.body;
  EXPECT_EQ(as_narrow.status, 200) << as_narrow.body;
  EXPECT_THAT(as_whole.body, HasSubstr("+492214710123"));
  EXPECT_THAT(as_narrow.body, Not(HasSubstr("+492214710123")));
}

TEST_F(TokenTest, RefusalsAreThoseOfTheStandard) {
  const NewKey key = NewPartnerKey(installation_, R"(["changes.read"])");
  const auto refusal = [&](const std::string& form) {
    const auto answer = Token(form);
    return absl::StrCat(answer.status, " ", TextOf(answer.body, "error"));
  };
  EXPECT_EQ(refusal(TokenForm(key, "&scope=restricted.read")), "400 invalid_scope");
  EXPECT_EQ(refusal(TokenForm(key, "&grant_type=client_credentials")), "400 invalid_request");
  EXPECT_EQ(refusal(absl::StrCat("grant_type=password&client_id=", key.id, "&client_secret=", key.secret)),
            "400 unsupported_grant_type");
  EXPECT_EQ(refusal("grant_type=client_credentials"), "401 invalid_client");
  EXPECT_EQ(refusal(TokenForm({key.name, key.id, access::NewApiKey(key.id)})), "401 invalid_client");
  // What was refused to a known key is on record.
  std::string entries;
  EXPECT_TRUE(testing::Eventually([&] {
    entries = Ask(GetRequest("/v1/audit/exchange/entries?pageSize=500", AsSubject(installation_, kFirstOperator))).body;
    return entries.find("TOKEN_REFUSED") != std::string::npos;
  })) << entries;
  EXPECT_THAT(entries, HasSubstr(key.name));
  EXPECT_THAT(entries, Not(HasSubstr(key.secret)));
}

}  // namespace
}  // namespace schutznetz::e2e
