// From one JSON Web Key (RFC 7517, 7518, 8037) to a public key of OpenSSL. Internal to key_set.
#pragma once

#include <optional>

#include "gateway/authentication/json_object.h"
#include "gateway/authentication/key_set.h"

namespace schutznetz::gateway {

struct PublicKey {
  Algorithm algorithm;
  tokens::KeyPtr key;
};

// Nothing for a key that is not wanted: another kind or algorithm, RSA below 3072 or above 8192 bits or with a strange
// exponent, a point that is not on the curve, numbers that are no strict base64url of the right length.
std::optional<PublicKey> PublicKeyOf(const JsonObject& jwk);

}  // namespace schutznetz::gateway
