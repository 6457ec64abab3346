#include "services/common/audit/audit_key.h"

#include <sodium.h>

#include <cstdlib>

#include "services/common/encoding/base64url.h"
#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz::audit {
namespace {

constexpr std::string_view kKeyPrefix = "snau_";
constexpr std::string_view kPublicPrefix = "snap_";

template <size_t N>
bool DecodeAfter(std::string_view prefix, std::string_view text, std::array<unsigned char, N>* bytes) {
  return text.starts_with(prefix) && DecodeBase64Url(text.substr(prefix.size()), bytes);
}

void StartSodium() {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
}

}  // namespace

std::string AuditKey::NewText() {
  StartSodium();
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed;
  randombytes_buf(seed.data(), seed.size());
  std::string text = std::string(kKeyPrefix) + EncodeBase64Url(seed);
  sodium_memzero(seed.data(), seed.size());
  return text;
}

absl::StatusOr<AuditKey> AuditKey::FromText(std::string_view text) {
  StartSodium();
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed;
  if (!DecodeAfter(kKeyPrefix, text, &seed)) {
    return absl::InvalidArgumentError("An audit key is snau_ and 43 characters of base64url.");
  }
  AuditKey key = FromSeed(seed.data());
  sodium_memzero(seed.data(), seed.size());
  return key;
}

AuditKey AuditKey::Random() { return *FromText(NewText()); }

AuditKey AuditKey::FromSeed(const unsigned char* seed) {
  static_assert(crypto_sign_SEEDBYTES == crypto_kdf_KEYBYTES);
  AuditKey key;
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key;
  crypto_sign_seed_keypair(public_key.data(), key.signing_key_.data(), seed);
  crypto_kdf_derive_from_key(key.pseudonym_key_.data(), key.pseudonym_key_.size(), 1, "sn-actor", seed);
  key.public_key_ = std::string(kPublicPrefix) + EncodeBase64Url(public_key);
  return key;
}

AuditKey::~AuditKey() {
  sodium_memzero(signing_key_.data(), signing_key_.size());
  sodium_memzero(pseudonym_key_.data(), pseudonym_key_.size());
}

std::string AuditKey::Sign(std::string_view text) const {
  std::array<unsigned char, crypto_sign_BYTES> signature;
  crypto_sign_detached(signature.data(), nullptr, UnsignedBytes(text), text.size(), signing_key_.data());
  return EncodeBase64Url(signature);
}

std::string AuditKey::Pseudonym(std::string_view principal) const {
  if (principal.empty()) return "public";
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash;
  crypto_generichash(hash.data(), hash.size(), UnsignedBytes(principal), principal.size(), pseudonym_key_.data(),
                     pseudonym_key_.size());
  return EncodeBase64Url(hash);
}

bool IsPublicKey(std::string_view text) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> bytes;
  return DecodeAfter(kPublicPrefix, text, &bytes);
}

bool IsSigned(std::string_view public_key, std::string_view text, std::string_view signature) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> key;
  std::array<unsigned char, crypto_sign_BYTES> bytes;
  return DecodeAfter(kPublicPrefix, public_key, &key) && DecodeBase64Url(signature, &bytes) &&
         crypto_sign_verify_detached(bytes.data(), UnsignedBytes(text), text.size(), key.data()) == 0;
}

}  // namespace schutznetz::audit
