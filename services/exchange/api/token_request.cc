#include "services/exchange/api/token_request.h"

#include <strings.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "services/common/encoding/base64url.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/wire/form.h"

namespace schutznetz::exchange {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kBasic = "Basic ";
constexpr size_t kScopesMax = 32;

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

struct ClientPair {
  std::string id;
  std::string secret;
};

// RFC 7617 over values that are encoded as in a form. Nothing unless it is exactly that.
std::optional<ClientPair> ReadBasic(std::string_view authorization) {
  if (!EqualsIgnoringCase(authorization.substr(0, kBasic.size()), kBasic)) return std::nullopt;
  const std::optional<std::string> decoded = DecodeBase64(authorization.substr(kBasic.size()));
  if (!decoded) return std::nullopt;
  const std::string_view text = *decoded;
  const size_t colon = text.find(':');
  ClientPair pair;
  if (colon == std::string_view::npos || !wire::DecodeFormPart(text.substr(0, colon), &pair.id) ||
      !wire::DecodeFormPart(text.substr(colon + 1), &pair.secret)) {
    return std::nullopt;
  }
  return pair;
}

std::string ValueOf(const wire::Form& form, std::string_view name) {
  const std::string* value = form.Find(name);
  return value == nullptr ? std::string() : *value;
}

absl::StatusOr<ClientPair> ReadClient(const wire::Form& form, std::string_view authorization) {
  ClientPair in_form = {ValueOf(form, "client_id"), ValueOf(form, "client_secret")};
  if (authorization.empty()) {
    if (in_form.id.empty() || in_form.secret.empty()) return errors::CredentialsRequired();
    return in_form;
  }
  if (!in_form.secret.empty()) {
    return errors::InvalidField("client_secret", "Must not be in the form when there is a header Authorization.");
  }
  std::optional<ClientPair> pair = ReadBasic(authorization);
  if (!pair.has_value()) return errors::CredentialsRequired();
  if (!in_form.id.empty() && in_form.id != pair->id) {
    return errors::InvalidField("client_id", "Must be the one of the header Authorization.");
  }
  return *std::move(pair);
}

}  // namespace

absl::StatusOr<TokenRequest> ReadTokenRequest(const v1::IssueTokenRequest& request) {
  const std::string_view type = request.body().content_type();
  const std::string_view media_type = type.substr(0, type.find_first_of("; \t"));
  if (!EqualsIgnoringCase(media_type, kFormType)) return errors::MediaTypeUnsupported(kFormType);
  ASSIGN_OR_RETURN(const wire::Form form, wire::Form::Parse(request.body().data()));
  ASSIGN_OR_RETURN(ClientPair client, ReadClient(form, request.authorization()));
  return TokenRequest{.client_id = std::move(client.id),
                      .client_secret = std::move(client.secret),
                      .grant_type = ValueOf(form, "grant_type"),
                      .scope = ValueOf(form, "scope")};
}

absl::StatusOr<std::vector<std::string>> ReadScope(std::string_view scope) {
  std::vector<std::string> names;
  for (;;) {
    const std::string_view name = scope.substr(0, scope.find(' '));
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x21 && c <= 0x7e && c != '"' && c != '\\'; });
    if (name.empty() || !plain || names.size() == kScopesMax) return errors::ScopeRefused();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    if (name.size() == scope.size()) return names;
    scope.remove_prefix(name.size() + 1);
  }
}

}  // namespace schutznetz::exchange
