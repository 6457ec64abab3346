#include "gateway/authentication/signature.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <string>

#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz::gateway {
namespace {

using tokens::DigestContextPtr;
using tokens::EcSignaturePtr;

constexpr size_t kHalfBytes = 32;
constexpr size_t kCurveSignatureBytes = 2 * kHalfBytes;

// SHA-256, looked up once: OpenSSL 3 does it anew for every EVP_sha256().
const EVP_MD* Sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest;
}

// From the two numbers one after the other (RFC 7518 section 3.4) to what OpenSSL reads.
std::string ToDer(std::string_view raw) {
  const EcSignaturePtr signature(ECDSA_SIG_new());
  BIGNUM* const r = BN_bin2bn(UnsignedBytes(raw), kHalfBytes, nullptr);
  BIGNUM* const s = BN_bin2bn(UnsignedBytes(raw) + kHalfBytes, kHalfBytes, nullptr);
  ECDSA_SIG_set0(signature.get(), r, s);
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &bytes);
  std::string der;
  if (size > 0) der.assign(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

bool SetPadding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  if (algorithm != Algorithm::kPs256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool HasRightSize(EVP_PKEY* key, Algorithm algorithm, std::string_view signature) {
  const bool is_rsa = algorithm == Algorithm::kRs256 || algorithm == Algorithm::kPs256;
  return signature.size() == (is_rsa ? static_cast<size_t>(EVP_PKEY_get_size(key)) : kCurveSignatureBytes);
}

}  // namespace

bool SignatureIsRight(EVP_PKEY* key, Algorithm algorithm, std::string_view text, std::string_view signature) {
  if (!HasRightSize(key, algorithm, signature)) return false;
  const DigestContextPtr context(EVP_MD_CTX_new());
  const EVP_MD* const digest = algorithm == Algorithm::kEdDsa ? nullptr : Sha256();
  const std::string der = algorithm == Algorithm::kEs256 ? ToDer(signature) : std::string();
  if (!der.empty()) signature = der;
  EVP_PKEY_CTX* settings = nullptr;  // the context's own
  const bool right =
      EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, key) == 1 && SetPadding(settings, algorithm) &&
      EVP_DigestVerify(context.get(), UnsignedBytes(signature), signature.size(), UnsignedBytes(text), text.size()) ==
          1;
  if (!right) ERR_clear_error();
  return right;
}

}  // namespace schutznetz::gateway
