#include "services/common/tokens/token_issuer.h"

#include <openssl/pem.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/encoding/base64url.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/tokens/signing_key.h"
#include "services/common/wire/json.h"

namespace schutznetz::tokens {
namespace {

std::string NewTokenId() {
  std::array<char, 16> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return EncodeBase64Url({bytes.data(), bytes.size()});
}

// Builds one object; remembers whether all texts were UTF-8.
class JsonObject {
 public:
  void Text(std::string_view name, std::string_view value) {
    Name(name);
    ok_ = wire::AppendJsonString(value, &json_) && ok_;
  }
  void Number(std::string_view name, int64_t value) {
    Name(name);
    absl::StrAppend(&json_, value);
  }
  void List(std::string_view name, const std::vector<std::string>& values) {
    Name(name);
    json_ += '[';
    for (const std::string& value : values) {
      if (json_.back() != '[') json_ += ',';
      ok_ = wire::AppendJsonString(value, &json_) && ok_;
    }
    json_ += ']';
  }
  std::string Finish() { return std::move(json_) + "}"; }
  bool ok() const { return ok_; }

 private:
  void Name(std::string_view name) {
    json_ += json_.size() == 1 ? "\"" : ",\"";
    json_.append(name).append("\":");
  }

  std::string json_ = "{";
  bool ok_ = true;
};

std::string JwksOf(const std::vector<SigningKey>& keys) {
  std::string json = R"({"keys":[)";
  for (const SigningKey& key : keys) {
    if (json.back() == '}') json += ',';
    json += key.Jwk();
  }
  return json + "]}";
}

}  // namespace

struct TokenIssuer::State {
  std::vector<SigningKey> keys;
  std::string issuer;
  std::string audience;
  std::string jwks;
  const Clock* clock;
};

TokenIssuer::TokenIssuer(std::unique_ptr<const State> state) : state_(std::move(state)) {}
TokenIssuer::TokenIssuer(TokenIssuer&&) noexcept = default;
TokenIssuer& TokenIssuer::operator=(TokenIssuer&&) noexcept = default;
TokenIssuer::~TokenIssuer() = default;

absl::StatusOr<TokenIssuer> TokenIssuer::Create(std::string_view pem, std::string issuer, std::string audience,
                                                const Clock& clock) {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  ASSIGN_OR_RETURN(std::vector<SigningKey> keys, SigningKey::ReadAll(pem));
  auto state = std::make_unique<State>();
  state->jwks = JwksOf(keys);
  state->keys = std::move(keys);
  state->issuer = std::move(issuer);
  state->audience = std::move(audience);
  state->clock = &clock;
  return TokenIssuer(std::move(state));
}

absl::StatusOr<std::string> TokenIssuer::Issue(const TokenClaims& claims, absl::Duration lifetime) const {
  if (claims.subject.empty()) return errors::InvalidField("subject", "Must be given.");
  if (claims.client_id.empty()) return errors::InvalidField("client_id", "Must be given.");
  const SigningKey& key = state_->keys.front();
  const int64_t now = absl::ToUnixSeconds(state_->clock->Now());
  JsonObject payload;
  payload.Text("iss", state_->issuer);
  payload.Text("sub", claims.subject);
  payload.Text("aud", state_->audience);
  payload.Text("client_id", claims.client_id);
  payload.Number("iat", now);
  payload.Number("exp", now + absl::ToInt64Seconds(lifetime));
  payload.Text("jti", NewTokenId());
  if (claims.scope.has_value()) payload.Text("scope", *claims.scope);
  if (claims.roles.has_value()) payload.List(kRolesClaim, *claims.roles);
  if (claims.lands.has_value()) payload.List(kLandsClaim, *claims.lands);
  if (!payload.ok()) return errors::InvalidField("claims", "Must be UTF-8.");

  const std::string header =
      absl::StrCat(R"({"alg":")", key.algorithm(), R"(","typ":"at+jwt","kid":")", key.id(), "\"}");
  const std::string text = EncodeBase64Url(header) + "." + EncodeBase64Url(payload.Finish());
  ASSIGN_OR_RETURN(const std::string signature, key.Sign(text));
  return text + "." + EncodeBase64Url(signature);
}

const std::string& TokenIssuer::Jwks() const { return state_->jwks; }
const std::string& TokenIssuer::issuer() const { return state_->issuer; }

std::string NewSigningKeyPem() {
  const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  if (key == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    std::abort();  // no source of random bits: nothing may go on
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

}  // namespace schutznetz::tokens
