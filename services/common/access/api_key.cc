#include "services/common/access/api_key.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "services/common/encoding/base64url.h"
#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz::access {
namespace {

constexpr std::string_view kKeyPrefix = "sn_";
constexpr size_t kKeyIdCharsMax = 64;
constexpr size_t kSecretChars = 43;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kChecksumChars = 6;

bool IsIdChar(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }

bool IsId(std::string_view id) {
  return !id.empty() && id.size() <= kKeyIdCharsMax && std::all_of(id.begin(), id.end(), IsIdChar);
}

std::string ChecksumOf(std::string_view text) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, UnsignedBytes(text), text.size());
  return EncodeBase64Url(std::string_view(reinterpret_cast<const char*>(digest), kChecksumBytes));
}

bool Is256Bits(std::string_view text) {
  std::array<unsigned char, 32> bytes;
  const bool decoded = DecodeBase64Url(text, &bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return decoded;
}

}  // namespace

std::string NewApiKey(std::string_view id) {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  std::array<unsigned char, 32> secret;
  randombytes_buf(secret.data(), secret.size());
  std::string encoded = EncodeBase64Url(secret);
  const std::string text = std::string(kKeyPrefix).append(id).append("_").append(encoded);
  sodium_memzero(secret.data(), secret.size());
  sodium_memzero(encoded.data(), encoded.size());
  return text + ChecksumOf(text);
}

std::optional<ApiKey> ParseApiKey(std::string_view text) {
  if (!text.starts_with(kKeyPrefix)) return std::nullopt;
  const size_t id_end = text.find('_', kKeyPrefix.size());
  if (id_end == std::string_view::npos) return std::nullopt;
  const ApiKey key = {text.substr(kKeyPrefix.size(), id_end - kKeyPrefix.size()), text.substr(id_end + 1)};
  if (!IsId(key.id) || key.secret.size() != kSecretChars + kChecksumChars) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - kChecksumChars);
  if (!Is256Bits(key.secret.substr(0, kSecretChars)) || ChecksumOf(body) != text.substr(body.size())) {
    return std::nullopt;
  }
  return key;
}

std::string ApiKeyDigest(const ApiKey& key, std::string_view pepper) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, UnsignedBytes(pepper), pepper.size());
  crypto_auth_hmacsha256_update(&state, UnsignedBytes(key.id), key.id.size());
  crypto_auth_hmacsha256_update(&state, UnsignedBytes("_"), 1);
  crypto_auth_hmacsha256_update(&state, UnsignedBytes(key.secret), key.secret.size());
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

bool DigestsEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace schutznetz::access
