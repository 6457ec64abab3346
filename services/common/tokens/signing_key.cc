#include "services/common/tokens/signing_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <array>
#include <optional>
#include <utility>

#include "services/common/encoding/base64url.h"
#include "services/common/encoding/unsigned_bytes.h"
#include "services/common/errors/errors.h"

namespace schutznetz::tokens {
namespace {

constexpr size_t kKeysMax = 4;
constexpr size_t kCoordinateBytes = 32;

absl::Status WrongKey(std::string_view sentence) { return errors::InvalidField("signing_key", sentence); }

std::optional<std::string> RawPublicKey(EVP_PKEY* key) {
  std::string raw(32, '\0');
  size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size) != 1) return std::nullopt;
  return raw;
}

std::optional<std::string> Coordinate(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return std::nullopt;
  const NumberPtr owned(number);
  std::string bytes(kCoordinateBytes, '\0');
  if (BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), kCoordinateBytes) < 0) return std::nullopt;
  return bytes;
}

bool IsP256(EVP_PKEY* key) {
  char group[32] = {};
  size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == SN_X9_62_prime256v1;
}

// From DER to the two numbers one after the other (RFC 7518 section 3.4).
std::optional<std::string> ToRaw(const std::string& der) {
  const unsigned char* at = UnsignedBytes(der);
  const EcSignaturePtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (signature == nullptr) return std::nullopt;
  std::string raw(2 * kCoordinateBytes, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(raw.data());
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, kCoordinateBytes) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + kCoordinateBytes, kCoordinateBytes) < 0) {
    return std::nullopt;
  }
  return raw;
}

std::string Thumbprint(const std::string& members) {
  const std::string text = "{" + members + "}";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(UnsignedBytes(text), text.size(), digest.data());
  return EncodeBase64Url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

absl::StatusOr<std::vector<SigningKey>> SigningKey::ReadAll(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<SigningKey> keys;
  while (KeyPtr key = KeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")))) {
    if (keys.size() == kKeysMax) return WrongKey("Must hold at most four keys.");
    absl::StatusOr<SigningKey> read = Of(std::move(key));
    if (!read.ok()) return std::move(read).status();
    keys.push_back(*std::move(read));
  }
  ERR_clear_error();  // the end of the file is one
  if (keys.empty()) return WrongKey("Must hold a private key in PEM.");
  return keys;
}

absl::StatusOr<SigningKey> SigningKey::Of(KeyPtr key) {
  SigningKey made;
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) {
    const auto x = RawPublicKey(key.get());
    if (!x.has_value()) return WrongKey("Has no public part.");
    made.is_ed25519_ = true;
    made.members_ = R"("crv":"Ed25519","kty":"OKP","x":")" + EncodeBase64Url(*x) + "\"";
  } else if (IsP256(key.get())) {
    const auto x = Coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_X);
    const auto y = Coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y);
    if (!x.has_value() || !y.has_value()) return WrongKey("Has no public part.");
    made.members_ =
        R"("crv":"P-256","kty":"EC","x":")" + EncodeBase64Url(*x) + R"(","y":")" + EncodeBase64Url(*y) + "\"";
  } else {
    return WrongKey("Must be an Ed25519 or P-256 key.");
  }
  made.id_ = Thumbprint(made.members_);
  made.key_ = std::move(key);
  return made;
}

std::string SigningKey::Jwk() const {
  return "{" + members_ + R"(,"use":"sig","alg":")" + algorithm() + R"(","kid":")" + id_ + "\"}";
}

absl::StatusOr<std::string> SigningKey::Sign(std::string_view text) const {
  const DigestContextPtr context(EVP_MD_CTX_new());
  const EVP_MD* const digest = is_ed25519_ ? nullptr : EVP_sha256();
  std::string signature(static_cast<size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, UnsignedBytes(text),
                     text.size()) != 1) {
    return errors::Internal("OpenSSL does not sign");
  }
  signature.resize(size);
  if (is_ed25519_) return signature;
  std::optional<std::string> raw = ToRaw(signature);
  return raw.has_value() ? *std::move(raw) : absl::StatusOr<std::string>(errors::Internal("no ECDSA signature"));
}

}  // namespace schutznetz::tokens
