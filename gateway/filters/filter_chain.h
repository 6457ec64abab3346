// The one list of filters and their order.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/authentication/identity.h"
#include "gateway/filters/filter.h"
#include "services/common/rate/shared_rates.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

// On the way in, from top to bottom; on the way out, from bottom to top. Before all of them the connection checks the
// limits and the form of the request (gateway/http); behind the last one stands the upstream.
inline constexpr std::array<std::string_view, 16> kFilterOrder = {
    "access_log",        // outermost: it sees the answer as it leaves
    "request_metrics",   // counts failures of all others too
    "security_headers",  // on refusals as well
    "client_address",
    "request_id",  // every error names it
    "cors",        // a preflight has no credentials, so it comes before them
    "compression",
    "route",
    "deadline",
    "negotiation",
    "authentication",
    "rate_limit",  // per caller, so behind authentication
    // From here on the body is there.
    "overload",  // a body that dawdles takes no place
    "idempotency",
    "conditional",  // the ETag belongs to the answer before it is compressed
    "transcode",
};
// Filters before this one decide by the head alone; only then the body is let in.
inline constexpr std::string_view kFirstBehindBody = "overload";
// The one that says who calls; asked again when a server knows newer rights.
inline constexpr std::string_view kCallerFilter = "authentication";

// The place of a filter in the order.
constexpr size_t PlaceOf(std::string_view name) {
  size_t place = 0;
  while (kFilterOrder[place] != name) ++place;
  return place;
}

// Immutable, shared by all workers.
class FilterChain {
 public:
  // INTERNAL when the names of `filters` are not exactly kFilterOrder.
  static absl::StatusOr<std::unique_ptr<const FilterChain>> Build(std::vector<std::unique_ptr<Filter>> filters);

  const Filter& at(size_t index) const { return *filters_[index]; }
  size_t size() const { return filters_.size(); }

 private:
  FilterChain() = default;
  std::vector<std::unique_ptr<Filter>> filters_;
};

// What the filters are made from; all references must outlive the chain.
struct FilterOptions {
  std::vector<std::string> cors_origins;
  IpNetworks trusted_proxies;
  int64_t rate_factor = 1;
  int running_max = 1024;  // per worker
  rate::RateSharing sharing;
};
struct FilterParts {
  const Transcoder& transcoder;
  telemetry::Metrics& metrics;
  telemetry::LogWriter& log;
  Identity* identity = nullptr;  // null: no exchange server, so nobody is known
};
absl::StatusOr<std::unique_ptr<const FilterChain>> MakeFilterChain(const FilterOptions& options,
                                                                   const FilterParts& parts);

}  // namespace schutznetz::gateway
