#include "gateway/filters/filter_chain.h"

#include "absl/strings/str_cat.h"
#include "gateway/filters/access_log.h"
#include "gateway/filters/authentication.h"
#include "gateway/filters/client_address.h"
#include "gateway/filters/compression.h"
#include "gateway/filters/conditional.h"
#include "gateway/filters/cors.h"
#include "gateway/filters/deadline_filter.h"
#include "gateway/filters/idempotency.h"
#include "gateway/filters/negotiation.h"
#include "gateway/filters/overload.h"
#include "gateway/filters/rate_limit.h"
#include "gateway/filters/request_id.h"
#include "gateway/filters/request_metrics.h"
#include "gateway/filters/route.h"
#include "gateway/filters/security_headers.h"
#include "gateway/filters/transcode.h"

namespace schutznetz::gateway {

absl::StatusOr<std::unique_ptr<const FilterChain>> FilterChain::Build(std::vector<std::unique_ptr<Filter>> filters) {
  if (filters.size() != kFilterOrder.size()) return absl::InternalError("the list of filters is not complete");
  for (size_t i = 0; i < filters.size(); ++i) {
    if (filters[i]->name() == kFilterOrder[i]) continue;
    return absl::InternalError(absl::StrCat("filter ", i, " is not \"", std::string(kFilterOrder[i]), "\""));
  }
  std::unique_ptr<FilterChain> chain(new FilterChain);
  chain->filters_ = std::move(filters);
  return chain;
}

absl::StatusOr<std::unique_ptr<const FilterChain>> MakeFilterChain(const FilterOptions& options,
                                                                   const FilterParts& parts) {
  std::vector<std::unique_ptr<Filter>> filters;
  filters.push_back(std::make_unique<AccessLogFilter>(parts.log));
  filters.push_back(std::make_unique<RequestMetricsFilter>(parts.metrics, parts.transcoder));
  filters.push_back(std::make_unique<SecurityHeadersFilter>());
  filters.push_back(std::make_unique<ClientAddressFilter>(options.trusted_proxies));
  filters.push_back(std::make_unique<RequestIdFilter>());
  filters.push_back(std::make_unique<CorsFilter>(options.cors_origins, parts.transcoder));
  filters.push_back(std::make_unique<CompressionFilter>());
  filters.push_back(std::make_unique<RouteFilter>(parts.transcoder));
  filters.push_back(std::make_unique<DeadlineFilter>());
  filters.push_back(std::make_unique<NegotiationFilter>());
  filters.push_back(std::make_unique<AuthenticationFilter>(parts.identity, options.rate_factor, parts.metrics));
  filters.push_back(
      std::make_unique<RateLimitFilter>(RateClasses(options.rate_factor), parts.metrics, options.sharing));
  filters.push_back(std::make_unique<OverloadFilter>(options.running_max, parts.metrics));
  filters.push_back(std::make_unique<IdempotencyFilter>());
  filters.push_back(std::make_unique<ConditionalFilter>());
  filters.push_back(std::make_unique<TranscodeFilter>(parts.transcoder));
  return FilterChain::Build(std::move(filters));
}

}  // namespace schutznetz::gateway
