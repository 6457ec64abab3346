#include "services/common/personal/pepper.h"

#include <sodium.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "services/common/encoding/unsigned_bytes.h"
#include "services/common/errors/errors.h"

namespace schutznetz::personal {
namespace {

constexpr size_t kSecretBytesMin = 32;

}  // namespace

absl::StatusOr<Pepper> Pepper::FromText(std::string_view text) {
  if (sodium_init() < 0) std::abort();
  if (text.size() < kSecretBytesMin) return errors::InvalidField("pepper_file", "Must hold at least 32 bytes.");
  return Pepper(std::string(text));
}

std::string Pepper::Digest(std::initializer_list<std::string_view> texts) const {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, UnsignedBytes(secret_), secret_.size());
  for (std::string_view text : texts) {
    crypto_auth_hmacsha256_update(&state, UnsignedBytes(text), text.size());
  }
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return absl::BytesToHexString(digest);
}

std::string Pepper::OfSubject(std::string_view issuer, std::string_view subject) const {
  // The length goes first, so that no two pairs look alike.
  return Digest({"subject/", std::to_string(issuer.size()) + ":", issuer, subject});
}

std::string Pepper::OfText(std::string_view purpose, std::string_view text) const { return Digest({purpose, text}); }

std::string Pepper::OfMail(std::string_view address) const { return OfText("mail/", address); }

std::string Pepper::OfKey(const access::ApiKey& key) const {
  return absl::BytesToHexString(access::ApiKeyDigest(key, secret_));
}

std::string NormalMail(std::string_view address) {
  const absl::string_view stripped = absl::StripAsciiWhitespace(absl::string_view(address.data(), address.size()));
  return absl::AsciiStrToLower(stripped);
}

}  // namespace schutznetz::personal
