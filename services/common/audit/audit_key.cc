#include "services/common/audit/audit_key.h"

#include <sodium.h>

#include <cstdlib>

namespace schutznetz::audit {
namespace {

constexpr std::string_view kKeyPrefix = "snau_";
constexpr std::string_view kPublicPrefix = "snap_";
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string Encode(const unsigned char* bytes, size_t size) {
  std::string text(sodium_base64_ENCODED_LEN(size, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, kVariant);
  text.pop_back();  // the zero byte
  return text;
}

template <size_t N>
bool Decode(std::string_view text, std::array<unsigned char, N>* bytes) {
  size_t size = 0;
  return sodium_base642bin(bytes->data(), N, text.data(), text.size(), nullptr, &size, nullptr, kVariant) == 0 &&
         size == N;
}

template <size_t N>
bool DecodeAfter(std::string_view prefix, std::string_view text, std::array<unsigned char, N>* bytes) {
  return text.starts_with(prefix) && Decode(text.substr(prefix.size()), bytes);
}

void StartSodium() {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
}

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string AuditKey::NewText() {
  StartSodium();
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed;
  randombytes_buf(seed.data(), seed.size());
  std::string text = std::string(kKeyPrefix) + Encode(seed.data(), seed.size());
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
  key.public_key_ = std::string(kPublicPrefix) + Encode(public_key.data(), public_key.size());
  return key;
}

AuditKey::~AuditKey() {
  sodium_memzero(signing_key_.data(), signing_key_.size());
  sodium_memzero(pseudonym_key_.data(), pseudonym_key_.size());
}

std::string AuditKey::Sign(std::string_view text) const {
  std::array<unsigned char, crypto_sign_BYTES> signature;
  crypto_sign_detached(signature.data(), nullptr, Bytes(text), text.size(), signing_key_.data());
  return Encode(signature.data(), signature.size());
}

std::string AuditKey::Pseudonym(std::string_view principal) const {
  if (principal.empty()) return "public";
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash;
  crypto_generichash(hash.data(), hash.size(), Bytes(principal), principal.size(), pseudonym_key_.data(),
                     pseudonym_key_.size());
  return Encode(hash.data(), hash.size());
}

bool IsPublicKey(std::string_view text) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> bytes;
  return DecodeAfter(kPublicPrefix, text, &bytes);
}

bool IsSigned(std::string_view public_key, std::string_view text, std::string_view signature) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> key;
  std::array<unsigned char, crypto_sign_BYTES> bytes;
  return DecodeAfter(kPublicPrefix, public_key, &key) && Decode(signature, &bytes) &&
         crypto_sign_verify_detached(bytes.data(), Bytes(text), text.size(), key.data()) == 0;
}

}  // namespace schutznetz::audit
