// Signatures of tokens, checked by OpenSSL. Internal to key_set.
#pragma once

#include <string_view>

#include "gateway/authentication/key_set.h"

namespace schutznetz::gateway {

// Whether `signature` is that of `key`'s owner over `text`. `algorithm` is the key's.
bool SignatureIsRight(EVP_PKEY* key, Algorithm algorithm, std::string_view text, std::string_view signature);

}  // namespace schutznetz::gateway
