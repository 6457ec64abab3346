// What the gateway makes of these tokens is tested there (gateway/authentication).
#include "services/common/tokens/token_issuer.h"

#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "services/common/encoding/base64url.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::tokens {
namespace {

using testing::FakeClock;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

constexpr char kP256Pem[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHbHEGhL6Uf9325Mp
/sDRdp/7a48Hqq/dBvSZGR7lV+ihRANCAATJAtGGIvUX9KoSh3hhHwKp/ORlZpYX
G3bYVI0pcSyUTHqdV9G0UQ9N0Gq2jxBhn4t8PKJUe3ecPY2rPsT7TBOQ
-----END PRIVATE KEY-----
)";

// RFC 8037 appendix A: a key and its thumbprint.
constexpr char kRfc8037Pem[] = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
)";

TEST(Base64UrlTest, OnlyWhatEncodeMakesIsRead) {
  EXPECT_EQ(EncodeBase64Url("\xfb\xff"), "-_8");
  EXPECT_EQ(DecodeBase64Url("-_8"), "\xfb\xff");
  EXPECT_EQ(DecodeBase64Url(""), "");
  for (const char* text : {"-_8=", "+/8", "-_9", "A", "AAAAA", "-_8 ", " -_8", "-_\n8", "-_8.", "-_\0"}) {
    EXPECT_FALSE(DecodeBase64Url(text).has_value()) << text;
  }
}

TEST(TokenIssuerTest, ThumbprintIsThatOfTheStandard) {
  const FakeClock clock;
  const auto issuer = TokenIssuer::Create(kRfc8037Pem, kOwnIssuer, kDefaultAudience, clock);
  ASSERT_THAT(issuer, IsOk());
  EXPECT_THAT(issuer->Jwks(), HasSubstr(R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")"));
  EXPECT_THAT(issuer->Jwks(), HasSubstr(R"("kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")"));
}

TEST(TokenIssuerTest, ClaimsAreWritten) {
  const FakeClock clock;
  for (const std::string& pem : {NewSigningKeyPem(), std::string(kP256Pem)}) {
    const auto issuer = TokenIssuer::Create(pem, "https://a.example", "aud", clock);
    ASSERT_THAT(issuer, IsOk());
    const auto token =
        issuer->Issue({.subject = "members/\"1\"", .client_id = "c", .roles = {{"editor"}}}, absl::Hours(1));
    ASSERT_THAT(token, IsOk());
    const std::vector<std::string> parts = absl::StrSplit(*token, '.');
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_THAT(*DecodeBase64Url(parts[0]), HasSubstr(R"("typ":"at+jwt")"));
    const std::string payload = *DecodeBase64Url(parts[1]);
    EXPECT_THAT(payload, HasSubstr(R"("iss":"https://a.example","sub":"members/\"1\"","aud":"aud","client_id":"c")"));
    EXPECT_THAT(payload, HasSubstr(R"("iat":1772445600,"exp":1772449200)"));
    EXPECT_THAT(payload, HasSubstr(R"("schutznetz_roles":["editor"])"));
    EXPECT_THAT(payload, Not(HasSubstr("schutznetz_lands")));
    EXPECT_EQ(DecodeBase64Url(parts[2])->size(), 64u);
  }
}

TEST(TokenIssuerTest, AllKeysOfTheFileArePublished) {
  const FakeClock clock;
  const auto issuer = TokenIssuer::Create(NewSigningKeyPem() + kP256Pem, kOwnIssuer, kDefaultAudience, clock);
  ASSERT_THAT(issuer, IsOk());
  EXPECT_THAT(issuer->Jwks(), HasSubstr("EdDSA"));
  EXPECT_THAT(issuer->Jwks(), HasSubstr("ES256"));
  EXPECT_THAT(issuer->Jwks(), Not(HasSubstr("\"d\"")));
}

TEST(TokenIssuerTest, WrongKeysAndClaimsAreRefused) {
  const FakeClock clock;
  std::string five;
  for (int i = 0; i < 5; ++i) five += NewSigningKeyPem();
  for (const std::string& pem : {std::string(), std::string("no key"), five}) {
    EXPECT_THAT(TokenIssuer::Create(pem, "i", "a", clock), HasReason("INVALID_FIELD"));
  }
  const auto issuer = TokenIssuer::Create(NewSigningKeyPem(), "i", "a", clock);
  EXPECT_THAT(issuer->Issue({.subject = "", .client_id = "c"}, absl::Hours(1)), HasReason("INVALID_FIELD"));
  EXPECT_THAT(issuer->Issue({.subject = "s", .client_id = ""}, absl::Hours(1)), HasReason("INVALID_FIELD"));
  EXPECT_THAT(issuer->Issue({.subject = "\xff", .client_id = "c"}, absl::Hours(1)), HasReason("INVALID_FIELD"));
}

}  // namespace
}  // namespace schutznetz::tokens
