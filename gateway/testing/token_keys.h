// Real keys that sign tokens of any kind, right ones and wrong ones, for tests and benches.
#pragma once

#include <string>
#include <string_view>

#include "services/common/tokens/openssl_owned.h"

namespace schutznetz::gateway::testing {

class TokenKey {
 public:
  static TokenKey Rsa(std::string id, int bits = 3072, std::string algorithm = "RS256");
  static TokenKey P256(std::string id);
  static TokenKey Ed25519(std::string id);

  const std::string& id() const { return id_; }
  const std::string& algorithm() const { return algorithm_; }
  // Its public part. `more` is put behind the members, for example R"(,"use":"enc")".
  std::string Jwk(const std::string& more = "") const;
  // The public part in PEM.
  std::string PublicPem() const;

  // Signs as `algorithm` says; empty: as this key's. ES256 as two numbers.
  std::string Sign(std::string_view text, std::string_view algorithm = {}) const;
  // ES256 as DER.
  std::string SignDer(std::string_view text) const;
  // A token of these parts (JSON), signed.
  std::string Token(std::string_view header, std::string_view claims, std::string_view algorithm = {}) const;
  // The header of a good token.
  std::string Header() const;

 private:
  TokenKey(std::string id, std::string algorithm, EVP_PKEY* key)
      : id_(std::move(id)), algorithm_(std::move(algorithm)), key_(key) {}
  std::string id_;
  std::string algorithm_;
  tokens::KeyPtr key_;
};

// {"keys":[…]}.
std::string KeySetOf(std::initializer_list<std::string> jwks);
// Base64url of both, with a dot between.
std::string SignedText(std::string_view header, std::string_view claims);
// HMAC-SHA-256.
std::string Hmac(std::string_view key, std::string_view text);

}  // namespace schutznetz::gateway::testing
