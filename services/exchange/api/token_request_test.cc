#include "services/exchange/api/token_request.h"

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::exchange {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsOk;

absl::StatusOr<TokenRequest> Read(const std::string& form, const std::string& authorization = "",
                                  const std::string& type = "application/x-www-form-urlencoded") {
  v1::IssueTokenRequest request;
  request.set_authorization(authorization);
  request.mutable_body()->set_content_type(type);
  request.mutable_body()->set_data(form);
  return ReadTokenRequest(request);
}

std::string Basic(const std::string& pair) { return "Basic " + absl::Base64Escape(pair); }

TEST(TokenRequestTest, CredentialsComeInTheHeaderOrInTheForm) {
  for (const auto& read :
       {Read("grant_type=client_credentials&scope=a+b", Basic("id:sec%2Bret")),
        Read("grant_type=client_credentials&scope=a%20b", "bAsIc " + absl::Base64Escape("id:sec%2Bret")),
        Read("grant_type=client_credentials&scope=a+b&client_id=id", Basic("id:sec%2Bret")),
        Read("client_id=id&client_secret=sec%2Bret&scope=a+b&grant_type=client_credentials&x=y", "",
             "Application/X-www-form-urlencoded; charset=utf-8")}) {
    ASSERT_THAT(read, IsOk());
    EXPECT_EQ(read->client_id, "id");
    EXPECT_EQ(read->client_secret, "sec+ret");
    EXPECT_EQ(read->grant_type, "client_credentials");
    EXPECT_EQ(read->scope, "a b");
  }
}

TEST(TokenRequestTest, NeverBoth) {
  EXPECT_THAT(Read("client_id=id&client_secret=s", Basic("id:s")), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Read("client_secret=s", Basic("id:s")), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Read("client_id=other", Basic("id:s")), HasReason("INVALID_FIELD"));
}

TEST(TokenRequestTest, WithoutWellFormedCredentialsThereIsNoClient) {
  for (const std::string& header :
       {std::string("Bearer x"), std::string("Basic"), std::string("Basic "), std::string("Basic !!!"),
        std::string("Basic aWQ6cw"), Basic("id"), Basic("id:s") + "\n", "Basic  " + absl::Base64Escape("id:s"),
        Basic("id:%zz"), Basic("%ff:s")}) {
    EXPECT_THAT(Read("grant_type=client_credentials", header), HasReason("CREDENTIALS_REQUIRED")) << header;
  }
  const std::string good = Basic("id:???");  // "aWQ6Pz8/": the last letter of the alphabet is the one that was mistaken
  for (size_t i = std::string_view("Basic ").size(); i < good.size(); ++i) {
    for (int byte = 0x80; byte <= 0xff; ++byte) {
      std::string header = good;
      header[i] = static_cast<char>(byte);
      EXPECT_THAT(Read("grant_type=client_credentials", header), HasReason("CREDENTIALS_REQUIRED")) << i << " " << byte;
    }
  }
  for (const char* form : {"", "client_id=id", "client_secret=s", "client_id=&client_secret=s"}) {
    EXPECT_THAT(Read(form), HasReason("CREDENTIALS_REQUIRED")) << form;
  }
}

TEST(TokenRequestTest, OnlyFormsAreRead) {
  EXPECT_THAT(Read("{}", Basic("id:s"), "application/json"), HasReason("MEDIA_TYPE_UNSUPPORTED"));
  EXPECT_THAT(Read("a=1&a=2", Basic("id:s")), HasReason("MALFORMED_BODY"));
}

TEST(TokenRequestTest, ScopesAreNamesWithOneSpaceBetween) {
  EXPECT_THAT(*ReadScope("a b a"), ElementsAre("a", "b"));
  EXPECT_THAT(*ReadScope("restricted.read"), ElementsAre("restricted.read"));
  std::string many = "s0";
  for (int i = 1; i <= 32; ++i) many += " s" + std::to_string(i);
  for (const std::string& bad : {std::string(" a"), std::string("a "), std::string("a  b"), std::string("a\"b"),
                                 std::string("a\\b"), std::string("K\xc3\xb6ln"), std::string(" "), many}) {
    EXPECT_THAT(ReadScope(bad), HasReason("SCOPE_REFUSED")) << bad;
  }
}

}  // namespace
}  // namespace schutznetz::exchange
