// The public keys of an issuer (JSON Web Key Set, RFC 7517), and signatures checked with them.
//
// A key states its algorithm: Ed25519 is EdDSA, P-256 is ES256, RSA is what its "alg" says (RS256 or PS256; RS256 when
// it says nothing). No token chooses.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/authentication/json_object.h"
#include "services/common/tokens/openssl_owned.h"

namespace schutznetz::gateway {

enum class Algorithm : uint8_t { kRs256, kPs256, kEs256, kEdDsa };
// As the header of a token writes it.
std::string_view NameOf(Algorithm algorithm);

class VerificationKey {
 public:
  VerificationKey(std::string id, Algorithm algorithm, tokens::KeyPtr key)
      : id_(std::move(id)), algorithm_(algorithm), key_(std::move(key)) {}

  const std::string& id() const { return id_; }  // kid; empty: it has none
  Algorithm algorithm() const { return algorithm_; }
  // Whether `signature` is this key's over `text`: as many bytes as the algorithm has, ES256 as two numbers and not
  // DER. Thread safe.
  bool Verify(std::string_view text, std::string_view signature) const;

 private:
  std::string id_;
  Algorithm algorithm_;
  tokens::KeyPtr key_;
};

// Immutable, thread safe.
class KeySet {
 public:
  // INVALID_ARGUMENT: no strict JSON of at most 256 KiB; more than 64 keys; a member of a wrong type; a private or
  // symmetric key among them (it is no secret any more); two usable keys of one id; no usable key. Keys for other uses,
  // of other kinds, and RSA keys below 3072 or above 8192 bits are passed over and counted.
  static absl::StatusOr<std::shared_ptr<const KeySet>> Parse(std::string_view json);

  // The key of this id; with an empty one, the only key there is. Null otherwise.
  const VerificationKey* Find(std::string_view id) const;
  size_t size() const { return keys_.size(); }
  size_t passed_over() const { return passed_over_; }

 private:
  absl::Status Add(const JsonObject& jwk);

  std::vector<VerificationKey> keys_;
  size_t passed_over_ = 0;
};

}  // namespace schutznetz::gateway
