#include "gateway/authentication/token_claims.h"

#include <algorithm>

#include "gateway/authentication/json_object.h"
#include "gateway/http/characters.h"
#include "services/common/encoding/base64url.h"
#include "services/common/tokens/token_issuer.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kListMax = 64;
constexpr size_t kIssuerBytesMax = 500;
constexpr size_t kSubjectBytesMax = 255;
constexpr size_t kNameBytesMax = 256;

// Members of a header that say where the key is, or that the token is not what it seems. None is ever needed here.
constexpr std::string_view kForbiddenMembers[] = {"crit", "jku", "jwk", "x5u", "x5c", "zip", "enc", "b64", "cty"};

// Not empty, bounded, and without control characters.
bool IsPlain(std::string_view text, size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max && std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

bool ReadText(const JsonObject& object, std::string_view name, size_t bytes_max, std::string* out) {
  const auto text = object.Text(name);
  if (!text.has_value() || !IsPlain(*text, bytes_max)) return false;
  out->assign(*text);
  return true;
}

bool ReadTime(const JsonObject& object, std::string_view name, absl::Time* out) {
  const auto seconds = object.Number(name);
  if (seconds.has_value()) *out = absl::FromUnixSeconds(*seconds);
  return seconds.has_value();
}

// An array of strings, or absent.
bool ReadList(const JsonObject& object, std::string_view name, std::optional<std::vector<std::string>>* out) {
  if (!object.Has(name)) return true;
  const auto texts = object.Texts(name, kListMax);
  if (texts.has_value()) out->emplace(texts->begin(), texts->end());
  return texts.has_value();
}

bool ReadAudience(const JsonObject& object, std::vector<std::string>* out) {
  if (const auto one = object.Text("aud")) {
    out->emplace_back(*one);
    return true;
  }
  const auto several = object.Texts("aud", kListMax);
  if (!several.has_value() || several->empty()) return false;
  out->assign(several->begin(), several->end());
  return true;
}

// Words with single spaces between them (RFC 6749 section 3.3), or absent.
bool ReadScopes(const JsonObject& object, std::optional<std::vector<std::string>>* out) {
  if (!object.Has("scope")) return true;
  const auto text = object.Text("scope");
  if (!text.has_value()) return false;
  std::string_view rest = *text;
  out->emplace();
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(' '), rest.size());
    if (end == 0 || (*out)->size() == kListMax) return false;
    (*out)->emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

TokenProblem ReadHeader(std::string_view json, TokenHeader* header) {
  const std::optional<JsonObject> object = JsonObject::Read(json);
  if (!object.has_value()) return TokenProblem::kHeader;
  for (const std::string_view name : kForbiddenMembers) {
    if (object->Has(name)) return TokenProblem::kHeaderMember;
  }
  if (!ReadText(*object, "alg", kNameBytesMax, &header->algorithm)) return TokenProblem::kHeader;
  if (object->Has("kid") && !ReadText(*object, "kid", kNameBytesMax, &header->key_id)) return TokenProblem::kHeader;
  if (object->Has("typ") && !object->Text("typ").has_value()) return TokenProblem::kHeader;
  // Media types are compared without regard to case, and "application/" may be left out (RFC 7515 section 4.1.9).
  const std::string_view type = object->Text("typ").value_or("JWT");
  header->typ_is_jwt = EqualsIgnoreCase(type, "jwt");
  const bool known =
      header->typ_is_jwt || EqualsIgnoreCase(type, "at+jwt") || EqualsIgnoreCase(type, "application/at+jwt");
  return known ? TokenProblem::kNone : TokenProblem::kType;
}

TokenProblem ReadClaims(std::string_view json, bool typ_is_jwt, TokenClaimSet* claims) {
  const std::optional<JsonObject> object = JsonObject::Read(json);
  if (!object.has_value()) return TokenProblem::kClaims;
  // Providers that do not follow RFC 9068 name the client by OpenID Connect's "azp".
  const char* const client = typ_is_jwt && !object->Has("client_id") ? "azp" : "client_id";
  const bool read =
      ReadText(*object, "iss", kIssuerBytesMax, &claims->issuer) &&
      ReadText(*object, "sub", kSubjectBytesMax, &claims->subject) &&
      ReadText(*object, client, kNameBytesMax, &claims->client_id) && ReadAudience(*object, &claims->audience) &&
      ReadTime(*object, "exp", &claims->expire_time) && ReadTime(*object, "iat", &claims->issue_time) &&
      (!object->Has("nbf") || ReadTime(*object, "nbf", &claims->not_before)) && ReadScopes(*object, &claims->scopes) &&
      ReadList(*object, tokens::kRolesClaim, &claims->roles) && ReadList(*object, tokens::kLandsClaim, &claims->lands);
  return read ? TokenProblem::kNone : TokenProblem::kClaims;
}

}  // namespace

std::string_view NameOf(TokenProblem problem) {
  constexpr std::string_view kNames[] = {"none",      "too_long", "form",    "header",  "header_member",
                                         "type",      "claims",   "issuer",  "key",     "algorithm",
                                         "signature", "audience", "expired", "not_yet", "no_keys"};
  static_assert(std::size(kNames) == static_cast<size_t>(TokenProblem::kCount));
  return kNames[static_cast<size_t>(problem)];
}

TokenProblem ParseToken(std::string_view text, ParsedToken* token) {
  if (text.size() > kTokenBytesMax) return TokenProblem::kTooLong;
  const size_t first = text.find('.');
  const size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return TokenProblem::kForm;
  const auto header = DecodeBase64Url(text.substr(0, first));
  const auto claims = DecodeBase64Url(text.substr(first + 1, second - first - 1));
  auto signature = DecodeBase64Url(text.substr(second + 1));  // a fourth part has a dot, which is no base64url
  if (!header.has_value() || !claims.has_value() || !signature.has_value() || signature->empty()) {
    return TokenProblem::kForm;
  }
  token->signed_text = text.substr(0, second);
  token->signature = *std::move(signature);
  if (const TokenProblem problem = ReadHeader(*header, &token->header); problem != TokenProblem::kNone) return problem;
  return ReadClaims(*claims, token->header.typ_is_jwt, &token->claims);
}

}  // namespace schutznetz::gateway
