#include "gateway/testing/token_keys.h"

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdlib>

#include "services/common/encoding/base64url.h"
#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz::gateway::testing {
namespace {

void Require(bool ok) {
  if (!ok) std::abort();
}

std::string Number(EVP_PKEY* key, const char* name, int size = 0) {
  BIGNUM* number = nullptr;
  Require(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  const tokens::NumberPtr owned(number);
  std::string bytes(static_cast<size_t>(size > 0 ? size : BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return EncodeBase64Url(bytes);
}

}  // namespace

TokenKey TokenKey::Rsa(std::string id, int bits, std::string algorithm) {
  return {std::move(id), std::move(algorithm), EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(bits))};
}
TokenKey TokenKey::P256(std::string id) {
  return {std::move(id), "ES256", EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
}
TokenKey TokenKey::Ed25519(std::string id) {
  return {std::move(id), "EdDSA", EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
}

std::string TokenKey::Jwk(const std::string& more) const {
  std::string json = R"({"kid":")" + id_ + R"(","alg":")" + algorithm_ + "\"";
  if (algorithm_ == "ES256") {
    json += R"(,"kty":"EC","crv":"P-256","x":")" + Number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, 32) + R"(","y":")" +
            Number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 32) + "\"";
  } else if (algorithm_ == "EdDSA") {
    std::string raw(32, '\0');
    size_t size = raw.size();
    Require(EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size) == 1);
    json += R"(,"kty":"OKP","crv":"Ed25519","x":")" + EncodeBase64Url(raw) + "\"";
  } else {
    json += R"(,"kty":"RSA","n":")" + Number(key_.get(), OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
            Number(key_.get(), OSSL_PKEY_PARAM_RSA_E) + "\"";
  }
  return json + more + "}";
}

std::string TokenKey::PublicPem() const {
  const tokens::BioPtr bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

std::string TokenKey::SignDer(std::string_view text) const { return Sign(text, "DER"); }

std::string TokenKey::Sign(std::string_view text, std::string_view algorithm) const {
  if (algorithm.empty()) algorithm = algorithm_;
  const tokens::DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;
  const EVP_MD* const digest = algorithm == "EdDSA" ? nullptr : EVP_sha256();
  Require(EVP_DigestSignInit(context.get(), &settings, digest, nullptr, key_.get()) == 1);
  if (algorithm == "PS256") {
    EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST);
  }
  std::string signature(static_cast<size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  size_t size = signature.size();
  Require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, UnsignedBytes(text),
                         text.size()) == 1);
  signature.resize(size);
  if (algorithm != "ES256") return signature;
  const unsigned char* at = UnsignedBytes(signature);
  const tokens::EcSignaturePtr numbers(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  std::string raw(64, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), out + 32, 32);
  return raw;
}

std::string TokenKey::Token(std::string_view header, std::string_view claims, std::string_view algorithm) const {
  const std::string text = SignedText(header, claims);
  return text + "." + EncodeBase64Url(Sign(text, algorithm));
}

std::string TokenKey::Header() const {
  return R"({"alg":")" + algorithm_ + R"(","typ":"at+jwt","kid":")" + id_ + "\"}";
}

std::string KeySetOf(std::initializer_list<std::string> jwks) {
  std::string json = R"({"keys":[)";
  for (const std::string& jwk : jwks) json += (json.back() == '[' ? "" : ",") + jwk;
  return json + "]}";
}

std::string SignedText(std::string_view header, std::string_view claims) {
  return EncodeBase64Url(header) + "." + EncodeBase64Url(claims);
}

std::string Hmac(std::string_view key, std::string_view text) {
  unsigned char mac[32];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), UnsignedBytes(text), text.size(), mac, &size);
  return {reinterpret_cast<const char*>(mac), size};
}

}  // namespace schutznetz::gateway::testing
