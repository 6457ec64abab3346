#include "gateway/authentication/identity.h"

#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/tokens/token_issuer.h"

namespace schutznetz::gateway {
namespace {

constexpr char kPartners[] = "partners/";

}  // namespace

Identity::Identity(CallerContexts contexts, size_t exchange_server, const Clock& clock)
    : clock_(clock),
      contexts_(std::move(contexts)),
      exchange_server_(exchange_server),
      rights_(clock),
      directory_(rights_, clock) {}

absl::StatusOr<std::unique_ptr<Identity>> Identity::Create(const IdentityOptions& options,
                                                           std::string_view context_keys, const Clock& clock,
                                                           telemetry::Metrics& metrics, telemetry::LogWriter& log) {
  ASSIGN_OR_RETURN(const access::ContextKeys keys, access::ContextKeys::Parse(context_keys));
  ASSIGN_OR_RETURN(CallerContexts contexts, CallerContexts::Create(keys, options.servers, clock));
  std::unique_ptr<Identity> identity(new Identity(std::move(contexts), options.exchange_server, clock));
  identity->Start(options, log);
  metrics.AddGauge("gateway_rights_version_age_seconds", "Since the exchange server confirmed the rights version.",
                   [rights = &identity->rights_] { return absl::ToDoubleSeconds(rights->age()); });
  return identity;
}

void Identity::ListenTo(cache::Cache& cache) {
  hints_ = cache.OnHint(access::kRightsTopic, [this](int64_t) { watch_->Wake(); });
}

void Identity::Start(const IdentityOptions& options, telemetry::LogWriter& log) {
  link_ = std::make_unique<ExchangeLink>(options.exchange, to_exchange());
  std::vector<TrustedIssuer> issuers;
  issuers.push_back({.issuer = tokens::kOwnIssuer,
                     .audience = options.audience,
                     .typ_may_be_jwt = false,
                     .keys = std::make_shared<KeySource>([link = link_.get()] { return link->SigningKeys(); },
                                                         KeySourceOptions{}, log),
                     // People have one issuer: with another one configured, that of a single machine is off. Partner
                     // systems get their tokens for their keys.
                     .subjects = options.issuer.empty() ? "" : kPartners});
  if (!options.issuer.empty()) {
    KeySource::Fetch fetch =
        options.jwks_file.empty() ? FetchFromUrl(options.jwks_url) : FetchFromFile(options.jwks_file);
    issuers.push_back({.issuer = options.issuer,
                       .audience = options.audience,
                       .typ_may_be_jwt = options.typ_may_be_jwt,
                       .keys = std::make_shared<KeySource>(std::move(fetch), KeySourceOptions{}, log)});
  }
  verifier_ = std::make_unique<TokenVerifier>(std::move(issuers), clock_);
  watch_ = std::make_unique<access::RightsWatch>(
      rights_, clock_, [link = link_.get()](absl::Duration limit) { return link->RightsVersion(limit); });
}

}  // namespace schutznetz::gateway
