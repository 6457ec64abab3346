#include "services/exchange/domain/secrets.h"

#include <sodium.h>

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "services/common/encoding/unsigned_bytes.h"
#include "services/common/errors/errors.h"

namespace schutznetz::exchange {
namespace {

constexpr size_t kSecretBytesMin = 32;

}  // namespace

absl::StatusOr<Pepper> Pepper::FromText(std::string_view text) {
  if (sodium_init() < 0) std::abort();
  if (text.size() < kSecretBytesMin) return errors::InvalidField("pepper_file", "Must hold at least 32 bytes.");
  return Pepper(std::string(text));
}

std::string Pepper::OfSubject(std::string_view issuer, std::string_view subject) const {
  // The length goes first, so that no two pairs look alike.
  const std::string length = std::to_string(issuer.size()) + ":";
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, UnsignedBytes(secret_), secret_.size());
  for (std::string_view text : {std::string_view("subject/"), std::string_view(length), issuer, subject}) {
    crypto_auth_hmacsha256_update(&state, UnsignedBytes(text), text.size());
  }
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return absl::BytesToHexString(digest);
}

std::string Pepper::OfKey(const access::ApiKey& key) const {
  return absl::BytesToHexString(access::ApiKeyDigest(key, secret_));
}

}  // namespace schutznetz::exchange
