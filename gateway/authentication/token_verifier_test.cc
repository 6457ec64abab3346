#include "gateway/authentication/token_verifier.h"

#include <gtest/gtest.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "gateway/testing/token_keys.h"
#include "services/common/encoding/base64url.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"
#include "services/common/tokens/token_issuer.h"

namespace schutznetz::gateway {
namespace {

using schutznetz::testing::Eventually;
using schutznetz::testing::FakeClock;
using testing::Hmac;
using testing::KeySetOf;
using testing::SignedText;
using testing::TokenKey;
using Problem = TokenProblem;

constexpr char kIssuer[] = "https://id.example";
constexpr char kOtherIssuer[] = "https://other.example";
constexpr char kAudience[] = "schutznetz";

// One key of each algorithm, made once.
struct Keys {
  TokenKey rsa = TokenKey::Rsa("rsa");
  TokenKey pss = TokenKey::Rsa("pss", 3072, "PS256");
  TokenKey ec = TokenKey::P256("ec");
  TokenKey ed = TokenKey::Ed25519("ed");
  TokenKey other = TokenKey::Ed25519("ed");  // of the same id, not published by kIssuer
};
const Keys& AllKeys() {
  static const Keys keys;
  return keys;
}

std::shared_ptr<KeySource> Published(std::string jwks, telemetry::LogWriter& log) {
  auto source = std::make_shared<KeySource>([jwks] { return jwks; }, KeySourceOptions{}, log);
  EXPECT_TRUE(Eventually([&] { return source->keys() != nullptr; }));
  return source;
}

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierTest()
      : verifier_({{kIssuer, kAudience, false,
                    Published(KeySetOf({keys_.rsa.Jwk(), keys_.pss.Jwk(), keys_.ec.Jwk(), keys_.ed.Jwk()}), log_)},
                   {kOtherIssuer, "other", true, Published(KeySetOf({keys_.other.Jwk()}), log_)}},
                  clock_) {}

  int64_t Now() const { return absl::ToUnixSeconds(clock_.Now()); }
  // The claims of a good token, with `changes` to its text.
  std::string Claims(const std::vector<std::pair<std::string, std::string>>& changes = {}) const {
    const std::string claims =
        absl::StrCat(R"({"iss":"https://id.example","sub":"u-1","aud":"schutznetz","client_id":"portal","iat":)", Now(),
                     R"(,"exp":)", Now() + 600, R"(,"jti":"1"})");
    for (const auto& [from, to] : changes) EXPECT_NE(claims.find(from), std::string::npos) << from;
    return absl::StrReplaceAll(claims, changes);
  }
  std::string Exp() const { return absl::StrCat(R"("exp":)", Now() + 600); }
  std::string Iat() const { return absl::StrCat(R"("iat":)", Now()); }
  std::string Good() const { return keys_.ed.Token(keys_.ed.Header(), Claims()); }
  std::string WithHeader(const std::string& header) const { return keys_.ed.Token(header, Claims()); }
  std::string WithMember(const std::string& member) const {
    return WithHeader(R"({"alg":"EdDSA","typ":"at+jwt","kid":"ed",)" + member + "}");
  }
  std::string WithClaims(const std::string& claims) const { return keys_.ed.Token(keys_.ed.Header(), claims); }
  // Header and claims of a good token of this algorithm under another signature.
  static std::string Forged(const std::string& header, const std::string& claims, const std::string& signature) {
    return SignedText(header, claims) + "." + EncodeBase64Url(signature);
  }

  telemetry::LogWriter log_{{.service = "test", .file_descriptor = 2, .level_min = telemetry::Level::kError}};
  const Keys& keys_ = AllKeys();
  FakeClock clock_;
  TokenVerifier verifier_;
};

TEST_F(TokenVerifierTest, EveryAlgorithmIsAccepted) {
  for (const TokenKey* key : {&keys_.rsa, &keys_.pss, &keys_.ec, &keys_.ed}) {
    const std::string token = key->Token(key->Header(), Claims());
    EXPECT_EQ(verifier_.Remembered(token), nullptr);
    const TokenVerdict verdict = verifier_.Verify(token);
    ASSERT_EQ(verdict.problem, Problem::kNone) << key->algorithm() << NameOf(verdict.problem);
    EXPECT_EQ(verdict.token->issuer, kIssuer);
    EXPECT_EQ(verdict.token->subject, "u-1");
    EXPECT_EQ(verdict.token->valid_until, clock_.Now() + absl::Seconds(660));
    EXPECT_EQ(verdict.token->session.size(), 22u);
    EXPECT_FALSE(verdict.token->scopes.has_value() || verdict.token->roles.has_value());
    EXPECT_EQ(verifier_.Remembered(token), verdict.token);
  }
}

TEST_F(TokenVerifierTest, TolerableDifferencesAreAccepted) {
  const std::pair<const char*, std::string> rows[] = {
      {"several audiences", WithClaims(Claims({{R"("schutznetz")", R"(["a","schutznetz"])"}}))},
      {"typ as media type", WithHeader(R"({"alg":"EdDSA","typ":"application/AT+JWT","kid":"ed"})")},
      {"unknown members", WithMember(R"("x5t":"AAAA","more":[1])")},
      {"fraction of a second", WithClaims(Claims({{Exp(), Exp() + ".5"}}))},
      {"expired within the skew", WithClaims(Claims({{Exp(), absl::StrCat(R"("exp":)", Now() - 59)}}))},
      {"issued ahead within the skew", WithClaims(Claims({{Iat(), absl::StrCat(R"("iat":)", Now() + 60)}}))},
      {"nbf within the skew", WithClaims(Claims({{Iat(), absl::StrCat(Iat(), R"(,"nbf":)", Now() + 60)}}))},
      {"escapes in a name", WithHeader(R"({"\u0061lg":"EdDSA","typ":"at+jwt","kid":"ed"})")},
  };
  for (const auto& [what, token] : rows) {
    EXPECT_EQ(NameOf(verifier_.Verify(token).problem), NameOf(Problem::kNone)) << what;
  }
}

TEST_F(TokenVerifierTest, NarrowingClaimsAreRead) {
  const TokenVerdict verdict = verifier_.Verify(WithClaims(Claims(
      {{R"("jti":"1")", R"("scope":"a restricted.read","schutznetz_roles":["editor"],"schutznetz_lands":[])"}})));
  ASSERT_EQ(verdict.problem, Problem::kNone);
  EXPECT_EQ(*verdict.token->scopes, (std::vector<std::string>{"a", "restricted.read"}));
  EXPECT_EQ(*verdict.token->roles, std::vector<std::string>{"editor"});
  EXPECT_TRUE(verdict.token->lands->empty());
}

TEST_F(TokenVerifierTest, TypJwtIsAcceptedOfIssuersThatSendIt) {
  const std::string claims = Claims({{kIssuer, kOtherIssuer}, {R"("schutznetz")", R"("other")"}});
  const std::string with_azp = absl::StrReplaceAll(claims, {{"client_id", "azp"}});
  for (const char* header : {R"({"alg":"EdDSA","typ":"JWT","kid":"ed"})", R"({"alg":"EdDSA","kid":"ed"})",
                             R"({"alg":"EdDSA","typ":"JWT"})"}) {  // its only key needs no id
    EXPECT_EQ(verifier_.Verify(keys_.other.Token(header, claims)).problem, Problem::kNone) << header;
    EXPECT_EQ(verifier_.Verify(keys_.other.Token(header, with_azp)).problem, Problem::kNone) << header;
  }
  EXPECT_EQ(verifier_.Verify(keys_.other.Token(keys_.other.Header(), with_azp)).problem, Problem::kClaims);
}

TEST_F(TokenVerifierTest, OwnTokensAreAccepted) {
  const auto issuer =
      *tokens::TokenIssuer::Create(tokens::NewSigningKeyPem(), tokens::kOwnIssuer, tokens::kDefaultAudience, clock_);
  const TokenVerifier verifier({{tokens::kOwnIssuer, kAudience, false, Published(issuer.Jwks(), log_)}}, clock_);
  const auto token = *issuer.Issue({.subject = "members/1", .client_id = "ctl", .roles = {{"editor"}}}, absl::Hours(1));
  const TokenVerdict verdict = verifier.Verify(token);
  ASSERT_EQ(verdict.problem, Problem::kNone);
  EXPECT_EQ(verdict.token->subject, "members/1");
  EXPECT_EQ(verdict.token->roles->size(), 1u);
}

// A known bad token and why it is refused.
struct BadToken {
  std::string name;
  std::string token;
  Problem problem;
};

TEST_F(TokenVerifierTest, KnownBadTokensAreRefused) {
  const std::string good = Good();
  const std::string text = good.substr(0, good.rfind('.'));
  const std::string header = keys_.ed.Header();
  const std::string ec_text = SignedText(keys_.ec.Header(), Claims());
  const std::string rsa_as_hmac = R"({"alg":"HS256","typ":"at+jwt","kid":"rsa"})";
  const std::string none = R"({"alg":"none","typ":"at+jwt","kid":"ed"})";
  const std::string key_in_header = absl::StrCat(R"("jwk":)", keys_.other.Jwk());
  std::string flipped = good;
  flipped[good.size() - 20] = flipped[good.size() - 20] == 'A' ? 'B' : 'A';
  std::string last_bits = good;  // the four bits that 86 characters have too many
  last_bits.back() = last_bits.back() == 'A' ? 'B' : static_cast<char>(last_bits.back() + 1);

  const std::vector<BadToken> rows = {
      // Which algorithm
      {"none without signature", SignedText(none, Claims()) + ".", Problem::kForm},
      {"none with a signature", keys_.ed.Token(none, Claims()), Problem::kAlgorithm},
      {"None", keys_.ed.Token(R"({"alg":"None","typ":"at+jwt","kid":"ed"})", Claims()), Problem::kAlgorithm},
      {"HMAC with the public key",
       Forged(rsa_as_hmac, Claims(), Hmac(keys_.rsa.PublicPem(), SignedText(rsa_as_hmac, Claims()))),
       Problem::kAlgorithm},
      {"HMAC with the JWK", Forged(rsa_as_hmac, Claims(), Hmac(keys_.rsa.Jwk(), SignedText(rsa_as_hmac, Claims()))),
       Problem::kAlgorithm},
      {"HMAC under the name of the key's algorithm",
       Forged(keys_.rsa.Header(), Claims(), Hmac(keys_.rsa.PublicPem(), SignedText(keys_.rsa.Header(), Claims()))),
       Problem::kSignature},
      {"HMAC as EdDSA", Forged(header, Claims(), Hmac(keys_.ed.PublicPem(), text)), Problem::kSignature},
      {"RS256 key used for PS256", keys_.rsa.Token(R"({"alg":"PS256","typ":"at+jwt","kid":"rsa"})", Claims(), "PS256"),
       Problem::kAlgorithm},
      {"PS256 key used for RS256", keys_.pss.Token(R"({"alg":"RS256","typ":"at+jwt","kid":"pss"})", Claims(), "RS256"),
       Problem::kAlgorithm},
      {"PSS under the name RS256", keys_.rsa.Token(keys_.rsa.Header(), Claims(), "PS256"), Problem::kSignature},
      {"PKCS1 under the name PS256", keys_.pss.Token(keys_.pss.Header(), Claims(), "RS256"), Problem::kSignature},
      {"RS512", keys_.rsa.Token(R"({"alg":"RS512","typ":"at+jwt","kid":"rsa"})", Claims()), Problem::kAlgorithm},
      {"ES256K", keys_.ec.Token(R"({"alg":"ES256K","typ":"at+jwt","kid":"ec"})", Claims()), Problem::kAlgorithm},
      {"rs256 in small letters", keys_.rsa.Token(R"({"alg":"rs256","typ":"at+jwt","kid":"rsa"})", Claims()),
       Problem::kAlgorithm},
      {"ES256 claimed with the EdDSA key", keys_.ec.Token(R"({"alg":"ES256","typ":"at+jwt","kid":"ed"})", Claims()),
       Problem::kAlgorithm},
      {"alg is missing", WithHeader(R"({"typ":"at+jwt","kid":"ed"})"), Problem::kHeader},
      {"alg is a number", WithHeader(R"({"alg":1,"typ":"at+jwt","kid":"ed"})"), Problem::kHeader},
      {"alg is empty", WithHeader(R"({"alg":"","typ":"at+jwt","kid":"ed"})"), Problem::kHeader},
      // Members that would let the token choose
      {"crit", WithMember(R"("crit":["exp"])"), Problem::kHeaderMember},
      {"empty crit", WithMember(R"("crit":[])"), Problem::kHeaderMember},
      {"b64", WithMember(R"("b64":false)"), Problem::kHeaderMember},
      {"jku", WithMember(R"("jku":"https://evil.example/jwks")"), Problem::kHeaderMember},
      {"jwk",
       keys_.other.Token("{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"ed\"," + key_in_header + "}", Claims()),
       Problem::kHeaderMember},
      {"x5u", WithMember(R"("x5u":"https://evil.example/cert")"), Problem::kHeaderMember},
      {"x5c", WithMember(R"("x5c":["AAAA"])"), Problem::kHeaderMember},
      {"zip", WithMember(R"("zip":"DEF")"), Problem::kHeaderMember},
      {"enc", WithMember(R"("enc":"A128GCM")"), Problem::kHeaderMember},
      {"nested token", WithMember(R"("cty":"JWT")"), Problem::kHeaderMember},
      // Which key
      {"unknown kid", WithHeader(R"({"alg":"EdDSA","typ":"at+jwt","kid":"gone"})"), Problem::kKey},
      {"no kid beside several keys", WithHeader(R"({"alg":"EdDSA","typ":"at+jwt"})"), Problem::kKey},
      {"kid with a path", WithHeader(R"({"alg":"EdDSA","typ":"at+jwt","kid":"../../dev/null"})"), Problem::kKey},
      {"kid is a number", WithHeader(R"({"alg":"EdDSA","typ":"at+jwt","kid":1})"), Problem::kHeader},
      {"kid of 300 bytes", WithHeader(R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + std::string(300, 'k') + "\"}"),
       Problem::kHeader},
      {"kid with a zero byte", WithHeader(R"({"alg":"EdDSA","typ":"at+jwt","kid":"ed\u0000"})"), Problem::kHeader},
      {"another key of the same kid", keys_.other.Token(header, Claims()), Problem::kSignature},
      // The signature
      {"claims exchanged",
       text.substr(0, text.find('.')) + "." + EncodeBase64Url(Claims({{"u-1", "u-2"}})) + good.substr(good.rfind('.')),
       Problem::kSignature},
      {"one character changed", flipped, Problem::kSignature},
      {"signature left out", text, Problem::kForm},
      {"empty signature", text + ".", Problem::kForm},
      {"zero signature", Forged(header, Claims(), std::string(64, '\0')), Problem::kSignature},
      {"short signature", Forged(header, Claims(), keys_.ed.Sign(text).substr(1)), Problem::kSignature},
      {"long signature", Forged(header, Claims(), keys_.ed.Sign(text) + "x"), Problem::kSignature},
      {"ES256 in DER", ec_text + "." + EncodeBase64Url(keys_.ec.SignDer(ec_text)), Problem::kSignature},
      {"ES256 of zeros", ec_text + "." + EncodeBase64Url(std::string(64, '\0')), Problem::kSignature},
      {"ES256 of r and s above the order", ec_text + "." + EncodeBase64Url(std::string(64, '\xff')),
       Problem::kSignature},
      {"RSA signature of zeros", Forged(keys_.rsa.Header(), Claims(), std::string(384, '\0')), Problem::kSignature},
      // Form and size
      {"empty", "", Problem::kForm},
      {"two dots alone", "..", Problem::kForm},
      {"one part", "abc", Problem::kForm},
      {"four parts", good + ".AAAA", Problem::kForm},
      {"five parts, as encrypted ones have", good + "..", Problem::kForm},
      {"truncated", good.substr(0, good.size() - 1), Problem::kForm},
      {"padding", good + "==", Problem::kForm},
      {"bits left over", last_bits, Problem::kForm},
      {"the other base64 alphabet", text + ".+" + good.substr(good.rfind('.') + 2), Problem::kForm},
      {"a space in front", " " + good, Problem::kForm},
      {"a line feed inside", absl::StrCat(good.substr(0, 10), "\n", good.substr(10)), Problem::kForm},
      {"a zero byte behind", good + std::string(1, '\0'), Problem::kForm},
      {"oversize", WithClaims(Claims({{R"("jti":"1")", R"("jti":")" + std::string(8192, 'x') + "\""}})),
       Problem::kTooLong},
      {"header is no JSON", WithHeader("alg=EdDSA"), Problem::kHeader},
      {"header is an array", WithHeader("[]"), Problem::kHeader},
      {"header with a comma too many", WithHeader(R"({"alg":"EdDSA","typ":"at+jwt","kid":"ed",})"), Problem::kHeader},
      {"header with alg twice", WithHeader(R"({"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"ed"})"),
       Problem::kHeader},
      {"header that is not UTF-8", WithHeader("{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"ed\",\"x\":\"\xff\"}"),
       Problem::kHeader},
      {"header with something behind", WithHeader(header + "{}"), Problem::kHeader},
      {"claims are no JSON", WithClaims("sub=u-1"), Problem::kClaims},
      {"claims with sub twice", WithClaims(Claims({{R"("sub":"u-1")", R"("sub":"u-1","sub":"u-2")"}})),
       Problem::kClaims},
      {"claims nested too deep", WithClaims(Claims({{R"("jti":"1")", R"("a":[[[[[[[[[[]]]]]]]]]])"}})),
       Problem::kClaims},
      {"claims that are not UTF-8", WithClaims(Claims({{"u-1", "u-\xff"}})), Problem::kClaims},
      // What kind of token
      {"typ JWT of an issuer that sends at+jwt", WithHeader(R"({"alg":"EdDSA","typ":"JWT","kid":"ed"})"),
       Problem::kType},
      {"an ID token without typ", WithHeader(R"({"alg":"EdDSA","kid":"ed"})"), Problem::kType},
      {"a logout token", WithHeader(R"({"alg":"EdDSA","typ":"logout+jwt","kid":"ed"})"), Problem::kType},
      {"a proof of possession", WithHeader(R"({"alg":"EdDSA","typ":"dpop+jwt","kid":"ed"})"), Problem::kType},
      {"typ is a number", WithHeader(R"({"alg":"EdDSA","typ":1,"kid":"ed"})"), Problem::kHeader},
      // Who made it, for whom
      {"unknown issuer", WithClaims(Claims({{kIssuer, "https://evil.example"}})), Problem::kIssuer},
      {"issuer with a slash behind", WithClaims(Claims({{kIssuer, "https://id.example/"}})), Problem::kIssuer},
      {"issuer in other letters", WithClaims(Claims({{kIssuer, "https://ID.example"}})), Problem::kIssuer},
      {"another issuer's key", WithClaims(Claims({{kIssuer, kOtherIssuer}})), Problem::kSignature},
      {"issuer missing", WithClaims(Claims({{R"("iss":"https://id.example",)", ""}})), Problem::kClaims},
      {"issuer is a list", WithClaims(Claims({{R"("https://id.example")", R"(["https://id.example"])"}})),
       Problem::kClaims},
      {"another audience", WithClaims(Claims({{R"("schutznetz")", R"("portal")"}})), Problem::kAudience},
      {"audience of the other issuer", WithClaims(Claims({{R"("schutznetz")", R"("other")"}})), Problem::kAudience},
      {"several other audiences", WithClaims(Claims({{R"("schutznetz")", R"(["a","schutznetz2"])"}})),
       Problem::kAudience},
      {"no audience", WithClaims(Claims({{R"("aud":"schutznetz",)", ""}})), Problem::kClaims},
      {"empty audience", WithClaims(Claims({{R"("schutznetz")", "[]"}})), Problem::kClaims},
      {"audience is a number", WithClaims(Claims({{R"("schutznetz")", "7"}})), Problem::kClaims},
      {"subject missing", WithClaims(Claims({{R"("sub":"u-1",)", ""}})), Problem::kClaims},
      {"subject empty", WithClaims(Claims({{"u-1", ""}})), Problem::kClaims},
      {"subject of 256 bytes", WithClaims(Claims({{"u-1", std::string(256, 'u')}})), Problem::kClaims},
      {"subject with a control character", WithClaims(Claims({{"u-1", R"(u\n1)"}})), Problem::kClaims},
      {"client_id missing", WithClaims(Claims({{R"("client_id":"portal",)", ""}})), Problem::kClaims},
      {"scope is a list", WithClaims(Claims({{R"("jti":"1")", R"("scope":["a"])"}})), Problem::kClaims},
      {"scope with two spaces", WithClaims(Claims({{R"("jti":"1")", R"("scope":"a  b")"}})), Problem::kClaims},
      {"roles are a text", WithClaims(Claims({{R"("jti":"1")", R"("schutznetz_roles":"editor")"}})), Problem::kClaims},
      // When
      {"expired", WithClaims(Claims({{Exp(), absl::StrCat(R"("exp":)", Now() - 60)}})), Problem::kExpired},
      {"expired in 1970", WithClaims(Claims({{Exp(), R"("exp":0)"}})), Problem::kExpired},
      {"exp missing", WithClaims(Claims({{Exp() + ",", ""}})), Problem::kClaims},
      {"exp is a text", WithClaims(Claims({{Exp(), absl::StrCat(R"("exp":")", Now() + 600, "\"")}})), Problem::kClaims},
      {"exp is negative", WithClaims(Claims({{Exp(), R"("exp":-1)"}})), Problem::kClaims},
      {"exp is huge", WithClaims(Claims({{Exp(), R"("exp":1e300)"}})), Problem::kClaims},
      {"exp is null", WithClaims(Claims({{Exp(), R"("exp":null)"}})), Problem::kClaims},
      {"not yet valid", WithClaims(Claims({{Iat(), absl::StrCat(Iat(), R"(,"nbf":)", Now() + 61)}})), Problem::kNotYet},
      {"nbf is a text", WithClaims(Claims({{Iat(), Iat() + R"(,"nbf":"now")"}})), Problem::kClaims},
      {"issued in the future", WithClaims(Claims({{Iat(), absl::StrCat(R"("iat":)", Now() + 61)}})), Problem::kNotYet},
      {"iat missing", WithClaims(Claims({{Iat() + ",", ""}})), Problem::kClaims},
  };
  for (const BadToken& row : rows) {
    EXPECT_EQ(verifier_.Remembered(row.token), nullptr) << row.name;
    const TokenVerdict verdict = verifier_.Verify(row.token);
    EXPECT_EQ(NameOf(verdict.problem), NameOf(row.problem)) << row.name;
    EXPECT_EQ(verdict.token, nullptr) << row.name;
    EXPECT_EQ(verifier_.Remembered(row.token), nullptr) << row.name;
  }
  EXPECT_EQ(verifier_.Verify(good).problem, Problem::kNone);
  std::cout << "figure: known bad tokens refused: " << rows.size() << "\n";
  EXPECT_GE(rows.size(), 60u);
}

TEST_F(TokenVerifierTest, EveryTruncationIsRefused) {
  const std::string good = Good();
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(verifier_.Verify(good.substr(0, size)).problem, Problem::kNone) << size;
  }
}

TEST_F(TokenVerifierTest, RememberedUntilItExpires) {
  const std::string token = Good();
  EXPECT_EQ(verifier_.Verify(token).problem, Problem::kNone);
  clock_.Advance(absl::Seconds(659));
  EXPECT_NE(verifier_.Remembered(token), nullptr);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(verifier_.Remembered(token), nullptr);
  EXPECT_EQ(verifier_.Verify(token).problem, Problem::kExpired);
}

TEST_F(TokenVerifierTest, MemoryIsBounded) {
  const TokenVerifier small({{kIssuer, kAudience, false, Published(KeySetOf({keys_.ed.Jwk()}), log_)}}, clock_, 8);
  int remembered = 0;
  std::vector<std::string> tokens;
  for (int i = 0; i < 50; ++i) {
    tokens.push_back(WithClaims(Claims({{R"("jti":"1")", absl::StrCat(R"("jti":")", i, "\"")}})));
    EXPECT_EQ(small.Verify(tokens.back()).problem, Problem::kNone);
  }
  for (const std::string& token : tokens) remembered += small.Remembered(token) != nullptr;
  EXPECT_LE(remembered, 8);
}

TEST_F(TokenVerifierTest, TokenOfAWithdrawnKeyIsForgotten) {
  std::mutex mutex;
  std::string jwks = KeySetOf({keys_.ed.Jwk()});
  const auto source = std::make_shared<KeySource>(
      [&] {
        const std::lock_guard lock(mutex);
        return jwks;
      },
      KeySourceOptions{.refresh = absl::Milliseconds(5)}, log_);
  ASSERT_TRUE(Eventually([&] { return source->keys() != nullptr; }));
  const TokenVerifier verifier({{kIssuer, kAudience, false, source}}, clock_);
  const std::string token = Good();
  EXPECT_EQ(verifier.Verify(token).problem, Problem::kNone);
  EXPECT_NE(verifier.Remembered(token), nullptr);
  {
    const std::lock_guard lock(mutex);
    jwks = KeySetOf({keys_.ec.Jwk()});
  }
  EXPECT_TRUE(Eventually([&] { return verifier.Remembered(token) == nullptr; }));
  EXPECT_EQ(verifier.Verify(token).problem, Problem::kKey);
}

TEST_F(TokenVerifierTest, WithoutKeysTheTokenIsNotToBlame) {
  const auto source =
      std::make_shared<KeySource>([] { return absl::UnavailableError("away"); }, KeySourceOptions{}, log_);
  const TokenVerifier verifier({{kIssuer, kAudience, false, source}}, clock_);
  EXPECT_EQ(verifier.Verify(Good()).problem, Problem::kNoKeys);
}

}  // namespace
}  // namespace schutznetz::gateway
