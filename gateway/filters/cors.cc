#include "gateway/filters/cors.h"

#include <algorithm>

#include "gateway/http/characters.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

constexpr std::string_view kRequestHeaders =
    "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Grpc-Timeout, Connect-Timeout-Ms, "
    "Schutznetz-Position, Traceparent, X-Request-Id";
constexpr std::string_view kExposedHeaders =
    "ETag, Link, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Schutznetz-Position, grpc-status, "
    "grpc-message, "
    "grpc-status-details-bin";

}  // namespace

bool IsOrigin(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view name = text.substr(0, scheme);
  const std::string_view host = text.substr(scheme + 3);
  return (name == "https" || name == "http") && !host.empty() && AllAre(host, kHostChar);
}

CorsFilter::CorsFilter(std::vector<std::string> origins, const Transcoder& transcoder)
    : origins_(std::move(origins)), transcoder_(transcoder) {}

bool CorsFilter::Allows(const Call& call) const {
  const auto origin = call.head->Find(Field::kOrigin);
  return origin.has_value() && std::find(origins_.begin(), origins_.end(), *origin) != origins_.end();
}

Verdict CorsFilter::Before(Call& call) const {
  return call.head->method == "OPTIONS" ? Options(call) : Verdict::kContinue;
}

Verdict CorsFilter::Options(Call& call) const {
  // No route has the verb OPTIONS, so a known path answers with the verbs it has.
  RouteMatch match = transcoder_.Match("OPTIONS", call.head->path);
  if (match.outcome == RouteMatch::Outcome::kNotFound) return Fail(call, errors::RouteNotFound());
  if (match.outcome == RouteMatch::Outcome::kBadPath) {
    call.response.close = true;
    return Fail(call, errors::MalformedRequest(match.problem));
  }
  call.response.status = 204;
  HeaderBlock& headers = call.response.headers;
  headers.Add("allow", match.allow);
  if (Allows(call) && call.head->Count(Field::kAccessControlRequestMethod) > 0) {
    headers.Add("access-control-allow-methods", match.allow);
    headers.AddLiteral("access-control-allow-headers", kRequestHeaders);
    headers.AddLiteral("access-control-max-age", "7200");
  }
  return Verdict::kAnswered;
}

void CorsFilter::After(Call& call) const {
  if (origins_.empty()) return;
  call.vary |= kVaryOrigin;
  if (!Allows(call)) return;
  call.response.headers.Add("access-control-allow-origin", *call.head->Find(Field::kOrigin));
  call.response.headers.AddLiteral("access-control-expose-headers", kExposedHeaders);
}

}  // namespace schutznetz::gateway
