#include "gateway/authentication/key_set.h"

#include <algorithm>
#include <utility>

#include "gateway/authentication/jwk.h"
#include "gateway/authentication/signature.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kKeysMax = 64;
constexpr size_t kIdBytesMax = 256;

absl::Status Wrong(std::string_view sentence) { return errors::InvalidField("jwks", sentence); }

// Members that only private and symmetric keys have (RFC 7518 section 6).
bool HoldsSecret(const JsonObject& jwk) {
  constexpr std::string_view kSecretMembers[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
  return std::any_of(std::begin(kSecretMembers), std::end(kSecretMembers),
                     [&](std::string_view name) { return jwk.Has(name); });
}

// Whether a member is absent or a string.
bool IsTextOrAbsent(const JsonObject& jwk, std::string_view name) {
  return !jwk.Has(name) || jwk.Text(name).has_value();
}

bool IsForSignatures(const JsonObject& jwk) {
  if (jwk.Text("use").value_or("sig") != "sig") return false;
  const auto operations = jwk.Texts("key_ops", 16);
  return !operations.has_value() || std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

}  // namespace

std::string_view NameOf(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRs256:
      return "RS256";
    case Algorithm::kPs256:
      return "PS256";
    case Algorithm::kEs256:
      return "ES256";
    case Algorithm::kEdDsa:
      return "EdDSA";
  }
  return {};
}

bool VerificationKey::Verify(std::string_view text, std::string_view signature) const {
  return SignatureIsRight(key_.get(), algorithm_, text, signature);
}

absl::StatusOr<std::shared_ptr<const KeySet>> KeySet::Parse(std::string_view json) {
  const std::optional<JsonObject> document = JsonObject::Read(json);
  simdjson::dom::array keys;
  if (!document.has_value() || !document->Has("keys") || document->Find("keys")->get(keys) != simdjson::SUCCESS) {
    return Wrong("Must be an object with an array \"keys\".");
  }
  if (keys.size() > kKeysMax) return Wrong("Must hold at most 64 keys.");
  auto set = std::make_shared<KeySet>();
  for (const simdjson::dom::element element : keys) {
    const std::optional<JsonObject> jwk = JsonObject::Of(element);
    if (!jwk.has_value()) return Wrong("Every key must be an object whose members have different names.");
    RETURN_IF_ERROR(set->Add(*jwk));
  }
  if (set->keys_.empty()) return Wrong("Holds no key that can be used.");
  return set;
}

absl::Status KeySet::Add(const JsonObject& jwk) {
  if (!jwk.Text("kty").has_value()) return Wrong("Every key must state its kty.");
  for (const char* name : {"kid", "use", "alg", "crv"}) {
    if (!IsTextOrAbsent(jwk, name)) return Wrong("A member that must be a string is none.");
  }
  if (HoldsSecret(jwk)) return Wrong("Holds a private or symmetric key: it must be replaced.");
  const std::string id(jwk.Text("kid").value_or(""));
  std::optional<PublicKey> key;
  if (id.size() <= kIdBytesMax && IsForSignatures(jwk)) key = PublicKeyOf(jwk);
  if (!key.has_value()) {
    ++passed_over_;
    return absl::OkStatus();
  }
  for (const VerificationKey& other : keys_) {
    if (other.id() == id) return Wrong("Holds two keys of one kid.");
  }
  keys_.emplace_back(id, key->algorithm, std::move(key->key));
  return absl::OkStatus();
}

const VerificationKey* KeySet::Find(std::string_view id) const {
  if (id.empty()) return keys_.size() == 1 ? &keys_.front() : nullptr;
  for (const VerificationKey& key : keys_) {
    if (key.id() == id) return &key;
  }
  return nullptr;
}

}  // namespace schutznetz::gateway
