#include "services/exchange/api/token_endpoint.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/common/access/api_key.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/wire/json.h"

namespace schutznetz::exchange {
namespace {

constexpr rate::RateRule kTenPerQuarterHour = {.interval_us = 90'000'000, .burst = 10};

// The scopes to give: those asked for, or all that the key has.
absl::StatusOr<std::string> ScopeOf(const TokenRequest& request, const v1::ResolvedCaller& caller) {
  if (request.scope.empty()) return absl::StrJoin(caller.scopes(), " ");
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadScope(request.scope));
  for (const std::string& name : names) {
    if (std::find(caller.scopes().begin(), caller.scopes().end(), name) == caller.scopes().end()) {
      return errors::ScopeRefused();
    }
  }
  return absl::StrJoin(names, " ");
}

absl::Duration LifetimeOf(const v1::ResolvedCaller& caller, absl::Time now) {
  if (!caller.has_expire_time()) return kTokenLifetime;
  return std::min(kTokenLifetime, absl::FromUnixSeconds(caller.expire_time().seconds()) - now);
}

}  // namespace

TokenEndpoint::TokenEndpoint(const RightsView& view, const tokens::TokenIssuer* issuer, const Clock& clock,
                             telemetry::Metrics& metrics, const rate::RateSharing& sharing)
    : view_(view),
      issuer_(issuer),
      clock_(clock),
      rates_(
          {kTenPerQuarterHour}, sharing, clock, [&clock] { return absl::ToUnixMicros(clock.Now()); }, metrics),
      given_(
          metrics.AddCounter("exchange_token_requests_total", "Requests for an access token.", {{"outcome", "given"}})),
      refused_(metrics.AddCounter("exchange_token_requests_total", "Requests for an access token.",
                                  {{"outcome", "refused"}})) {}

absl::Status TokenEndpoint::Take(bool with_secret, std::string_view client) {
  constexpr uint8_t kRule = 0;
  const rate::RateVerdict verdict = rates_.Take(kRule, with_secret ? 1 : 0, client, absl::ToUnixMicros(clock_.Now()));
  return verdict.admitted ? absl::OkStatus() : errors::RateLimited(absl::Microseconds(verdict.retry_us));
}

// Finds out who asks. `*key_name` is set where the audit log is to hear of it.
absl::Status TokenEndpoint::Identify(const TokenRequest& request, KeyHolder* holder, std::string* key_name) {
  const std::optional<access::ApiKey> key = access::ParseApiKey(request.client_secret);
  const bool fits = key.has_value() && key->id == request.client_id;
  absl::StatusOr<KeyHolder> found = fits ? view_.ResolveKeyHolder(*key) : errors::CredentialsRequired();
  if (absl::IsUnavailable(found.status())) return std::move(found).status();
  std::string name = found.ok() ? found->name : view_.KeyNamed(request.client_id);
  if (name.empty()) return std::move(found).status();
  RETURN_IF_ERROR(Take(found.ok(), request.client_id));
  *key_name = std::move(name);
  if (!found.ok()) return std::move(found).status();
  *holder = *std::move(found);
  return absl::OkStatus();
}

absl::StatusOr<std::string> TokenEndpoint::Token(const TokenRequest& request, const KeyHolder& holder) const {
  if (issuer_ == nullptr) return errors::AccessDenied();
  if (request.grant_type.empty()) return errors::InvalidField("grant_type", "Must be given.");
  if (request.grant_type != "client_credentials") return errors::GrantTypeUnsupported();
  ASSIGN_OR_RETURN(std::string scope, ScopeOf(request, holder.caller));
  const absl::Duration lifetime = LifetimeOf(holder.caller, clock_.Now());
  if (lifetime < absl::Seconds(1)) return errors::CredentialsRequired();  // it ends this very moment
  tokens::TokenClaims claims;
  claims.subject = holder.name;
  claims.client_id = request.client_id;
  claims.scope = scope;
  ASSIGN_OR_RETURN(const std::string token, issuer_->Issue(claims, lifetime));
  std::string json = absl::StrCat(R"({"access_token":")", token, R"(","token_type":"Bearer","expires_in":)",
                                  absl::ToInt64Seconds(lifetime), R"(,"scope":)");
  wire::AppendJsonString(scope, &json);
  return json + "}";
}

TokenEndpoint::Outcome TokenEndpoint::Answer(const v1::IssueTokenRequest& request) {
  Outcome outcome;
  const auto answer = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const TokenRequest read, ReadTokenRequest(request));
    KeyHolder holder;
    RETURN_IF_ERROR(Identify(read, &holder, &outcome.key_name));
    ASSIGN_OR_RETURN(outcome.json, Token(read, holder));
    return absl::OkStatus();
  };
  outcome.status = answer();
  (outcome.status.ok() ? given_ : refused_).Add();
  return outcome;
}

}  // namespace schutznetz::exchange
