// A private key that signs tokens. Internal to tokens/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/tokens/openssl_owned.h"

namespace schutznetz::tokens {

class SigningKey {
 public:
  // All private keys of a PEM text, in order. INVALID_ARGUMENT: none, more than four, or one of another kind than
  // Ed25519 and P-256.
  static absl::StatusOr<std::vector<SigningKey>> ReadAll(std::string_view pem);

  const char* algorithm() const { return is_ed25519_ ? "EdDSA" : "ES256"; }
  // RFC 7638 thumbprint.
  const std::string& id() const { return id_; }
  // The public key as a JSON Web Key.
  std::string Jwk() const;
  // The signature as JWS writes it: 64 bytes, also for ES256. INTERNAL when OpenSSL fails.
  absl::StatusOr<std::string> Sign(std::string_view text) const;

 private:
  static absl::StatusOr<SigningKey> Of(KeyPtr key);

  KeyPtr key_;
  bool is_ed25519_ = false;
  std::string members_;  // of the JWK that the thumbprint is over, in its order
  std::string id_;
};

}  // namespace schutznetz::tokens
