#include "gateway/authentication/jwk.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include <string>

#include "services/common/encoding/base64url.h"
#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz::gateway {
namespace {

using tokens::KeyContextPtr;
using tokens::KeyPtr;
using tokens::NumberPtr;
using tokens::ParamBuilderPtr;
using tokens::ParamsPtr;

constexpr size_t kCurveBytes = 32;
constexpr int kRsaBitsMin = 3072;
constexpr int kRsaBitsMax = 8192;
constexpr int kExponentBitsMax = 32;

// The bytes of a base64url member. Empty when it is absent or malformed.
std::string BytesOf(const JsonObject& jwk, std::string_view name) {
  const auto text = jwk.Text(name);
  return text.has_value() ? DecodeBase64Url(*text).value_or("") : "";
}

KeyPtr FromParams(const char* kind, OSSL_PARAM_BLD* builder) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  KeyPtr owned(key);
  const KeyContextPtr check(EVP_PKEY_CTX_new(key, nullptr));
  return EVP_PKEY_public_check(check.get()) == 1 ? std::move(owned) : nullptr;
}

KeyPtr Ed25519Key(const JsonObject& jwk) {
  const std::string x = BytesOf(jwk, "x");
  if (x.size() != kCurveBytes) return nullptr;
  return KeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, UnsignedBytes(x), x.size()));
}

KeyPtr P256Key(const JsonObject& jwk) {
  const std::string x = BytesOf(jwk, "x");
  const std::string y = BytesOf(jwk, "y");
  if (x.size() != kCurveBytes || y.size() != kCurveBytes) return nullptr;
  const std::string point = "\x04" + x + y;  // uncompressed
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return nullptr;
  }
  return FromParams("EC", builder.get());
}

KeyPtr RsaKey(const JsonObject& jwk) {
  const std::string n = BytesOf(jwk, "n");
  const std::string e = BytesOf(jwk, "e");
  if (n.empty() || e.empty() || n.front() == 0 || e.front() == 0 || n.size() > kRsaBitsMax / 8) return nullptr;
  const NumberPtr modulus(BN_bin2bn(UnsignedBytes(n), static_cast<int>(n.size()), nullptr));
  const NumberPtr exponent(BN_bin2bn(UnsignedBytes(e), static_cast<int>(e.size()), nullptr));
  if (BN_num_bits(modulus.get()) < kRsaBitsMin || BN_is_odd(modulus.get()) != 1) return nullptr;
  if (BN_num_bits(exponent.get()) > kExponentBitsMax || BN_is_odd(exponent.get()) != 1 || BN_is_one(exponent.get())) {
    return nullptr;
  }
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  return FromParams("RSA", builder.get());
}

// The algorithm that the key is for, by its kind; its "alg" may say the same and nothing else.
std::optional<Algorithm> AlgorithmOf(const JsonObject& jwk) {
  const std::string_view kind = *jwk.Text("kty");
  const std::string_view curve = jwk.Text("crv").value_or("");
  const std::string_view named = jwk.Text("alg").value_or("");
  std::optional<Algorithm> algorithm;
  if (kind == "RSA") algorithm = named == "PS256" ? Algorithm::kPs256 : Algorithm::kRs256;
  if (kind == "EC" && curve == "P-256") algorithm = Algorithm::kEs256;
  if (kind == "OKP" && curve == "Ed25519") algorithm = Algorithm::kEdDsa;
  if (algorithm.has_value() && !named.empty() && named != NameOf(*algorithm)) return std::nullopt;
  return algorithm;
}

}  // namespace

std::optional<PublicKey> PublicKeyOf(const JsonObject& jwk) {
  const std::optional<Algorithm> algorithm = AlgorithmOf(jwk);
  if (!algorithm.has_value()) return std::nullopt;
  KeyPtr key;
  switch (*algorithm) {
    case Algorithm::kRs256:
    case Algorithm::kPs256:
      key = RsaKey(jwk);
      break;
    case Algorithm::kEs256:
      key = P256Key(jwk);
      break;
    case Algorithm::kEdDsa:
      key = Ed25519Key(jwk);
      break;
  }
  if (key == nullptr) {
    ERR_clear_error();
    return std::nullopt;
  }
  return PublicKey{*algorithm, std::move(key)};
}

}  // namespace schutznetz::gateway
