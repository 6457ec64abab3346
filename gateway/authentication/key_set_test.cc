#include "gateway/authentication/key_set.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/testing/token_keys.h"
#include "services/common/encoding/base64url.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::gateway {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using testing::KeySetOf;
using testing::TokenKey;

const TokenKey& Rsa() {
  static const TokenKey key = TokenKey::Rsa("rsa");
  return key;
}

TEST(KeySetTest, EveryAlgorithmIsReadAndVerifies) {
  const TokenKey pss = TokenKey::Rsa("pss", 3072, "PS256");
  const TokenKey ec = TokenKey::P256("ec");
  const TokenKey ed = TokenKey::Ed25519("ed");
  const auto keys = KeySet::Parse(KeySetOf({Rsa().Jwk(), pss.Jwk(R"(,"use":"sig")"), ec.Jwk(), ed.Jwk()}));
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ((*keys)->size(), 4u);
  for (const TokenKey* key : {&Rsa(), &pss, &ec, &ed}) {
    const VerificationKey* const read = (*keys)->Find(key->id());
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(NameOf(read->algorithm()), key->algorithm());
    const std::string signature = key->Sign("text");
    EXPECT_TRUE(read->Verify("text", signature)) << key->algorithm();
    EXPECT_FALSE(read->Verify("Text", signature));
    EXPECT_FALSE(read->Verify("text", signature.substr(1)));
    EXPECT_FALSE(read->Verify("text", signature + '\0'));
    EXPECT_FALSE(read->Verify("text", ""));
    EXPECT_FALSE(read->Verify("text", std::string(signature.size(), '\0')));
    EXPECT_FALSE(read->Verify("text", std::string(signature.size(), '\xff')));
  }
  EXPECT_FALSE((*keys)->Find("ec")->Verify("text", ec.SignDer("text")));
  EXPECT_FALSE((*keys)->Find("pss")->Verify("text", pss.Sign("text", "RS256")));
}

TEST(KeySetTest, RsaWithoutAlgorithmIsRs256) {
  const std::string jwk = absl::StrReplaceAll(Rsa().Jwk(), {{R"("alg":"RS256",)", ""}});
  const auto keys = KeySet::Parse(KeySetOf({jwk}));
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ((*keys)->Find("rsa")->algorithm(), Algorithm::kRs256);
}

TEST(KeySetTest, OnlyKeyNeedsNoId) {
  const TokenKey ed = TokenKey::Ed25519("ed");
  EXPECT_NE((*KeySet::Parse(KeySetOf({ed.Jwk()})))->Find(""), nullptr);
  EXPECT_EQ((*KeySet::Parse(KeySetOf({ed.Jwk(), Rsa().Jwk()})))->Find(""), nullptr);
  EXPECT_EQ((*KeySet::Parse(KeySetOf({ed.Jwk()})))->Find("other"), nullptr);
}

// Each is passed over beside a good key, and refused alone.
TEST(KeySetTest, KeysThatAreNotWantedArePassedOver) {
  const TokenKey ec = TokenKey::P256("ec");
  const std::string x = EncodeBase64Url(std::string(32, 'x'));
  const std::pair<const char*, std::string> rows[] = {
      {"rsa of 2048 bits", TokenKey::Rsa("weak", 2048).Jwk()},
      {"for encryption", TokenKey::P256("e").Jwk(R"(,"use":"enc")")},
      {"for signing only", TokenKey::P256("e").Jwk(R"(,"key_ops":["sign"])")},
      {"RS512", absl::StrReplaceAll(Rsa().Jwk(), {{"RS256", "RS512"}})},
      {"ES256 on an RSA key", absl::StrReplaceAll(Rsa().Jwk(), {{"RS256", "ES256"}})},
      {"HS256 on an EC key", absl::StrReplaceAll(ec.Jwk(), {{"ES256", "HS256"}})},
      {"P-384", absl::StrReplaceAll(ec.Jwk(), {{"P-256", "P-384"}})},
      {"another kind", R"({"kty":"AKP","alg":"ML-DSA-44","kid":"pq","pub":"AA"})"},
      {"X25519", R"({"kty":"OKP","crv":"X25519","kid":"x","x":")" + x + "\"}"},
      {"not on the curve", R"({"kty":"EC","crv":"P-256","kid":"x","x":")" + x + R"(","y":")" + x + "\"}"},
      {"a short coordinate", R"({"kty":"EC","crv":"P-256","kid":"x","x":"AAAA","y":")" + x + "\"}"},
      {"Ed25519 of 31 bytes",
       R"({"kty":"OKP","crv":"Ed25519","kid":"x","x":")" + EncodeBase64Url(std::string(31, 'x')) + "\"}"},
      {"padded base64", R"({"kty":"OKP","crv":"Ed25519","kid":"x","x":")" + x + "=\"}"},
      {"no x", R"({"kty":"OKP","crv":"Ed25519","kid":"x"})"},
      {"exponent 1", absl::StrReplaceAll(Rsa().Jwk(), {{R"("e":"AQAB")", R"("e":"AQ")"}})},
      {"an even exponent", absl::StrReplaceAll(Rsa().Jwk(), {{R"("e":"AQAB")", R"("e":"AQAC")"}})},
      {"exponent of 40 bits", absl::StrReplaceAll(Rsa().Jwk(), {{R"("e":"AQAB")", R"("e":"AQAAAAE")"}})},
      {"modulus with a zero in front", absl::StrReplaceAll(Rsa().Jwk(), {{R"("n":")", R"("n":"AAAA)"}})},
      {"a very long id", TokenKey::Ed25519(std::string(300, 'k')).Jwk()},
  };
  for (const auto& [what, jwk] : rows) {
    EXPECT_THAT(KeySet::Parse(KeySetOf({jwk})), HasReason("INVALID_FIELD")) << what;
    const auto keys = KeySet::Parse(KeySetOf({jwk, TokenKey::Ed25519("good").Jwk()}));
    ASSERT_THAT(keys, IsOk()) << what;
    EXPECT_EQ((*keys)->size(), 1u) << what;
    EXPECT_EQ((*keys)->passed_over(), 1u) << what;
  }
}

TEST(KeySetTest, WrongSetsAreRefused) {
  const std::string good = TokenKey::Ed25519("good").Jwk();
  std::string many = good;
  for (int i = 0; i < 64; ++i) many += "," + good;
  const std::pair<const char*, std::string> rows[] = {
      {"empty", ""},
      {"no JSON", "{"},
      {"an array", "[" + good + "]"},
      {"no keys", "{}"},
      {"keys is no array", R"({"keys":{}})"},
      {"no key at all", R"({"keys":[]})"},
      {"a key that is no object", R"({"keys":["x"]})"},
      {"no kty", R"({"keys":[{"kid":"x"}]})"},
      {"kid is a number", R"({"keys":[{"kty":"OKP","kid":1}]})"},
      {"a member twice", absl::StrReplaceAll(KeySetOf({good}), {{R"("kid")", R"("kty":"OKP","kid")"}})},
      {"one id twice", KeySetOf({good, good})},
      {"65 keys", R"({"keys":[)" + many + "]}"},
      {"a private key", KeySetOf({good, TokenKey::Ed25519("x").Jwk(R"(,"d":"AAAA")")})},
      {"a symmetric key", KeySetOf({good, R"({"kty":"oct","kid":"x","k":"AAAA"})"})},
      {"a trailing comma", R"({"keys":[)" + good + ",]}"},
      {"something behind it", KeySetOf({good}) + "x"},
      {"too deep", R"({"a":[[[[[[[[[[]]]]]]]]]],"keys":[)" + good + "]}"},
      {"too large", KeySetOf({good}) + std::string(300'000, ' ')},
  };
  for (const auto& [what, json] : rows) EXPECT_THAT(KeySet::Parse(json), HasReason("INVALID_FIELD")) << what;
}

}  // namespace
}  // namespace schutznetz::gateway
