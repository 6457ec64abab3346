#pragma once

#include <array>

#include "gateway/authentication/identity.h"
#include "gateway/filters/filter.h"
#include "services/common/rate/rate_table.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

// Who calls: a bearer token or a partner's key becomes call.caller, by what is remembered or by a question to the
// exchange server. Credentials that are malformed, wrong or several are 401, on public methods too; none where the
// method is not open is 401. When rights cannot be checked, open methods go on as the public and all others are 503.
// An address whose credentials keep failing waits (429), except with credentials that are known to be good.
//
// Methods whose rule names a field for Authorization get it as it came; nobody is authenticated before them.
class AuthenticationFilter final : public Filter {
 public:
  // `identity` may be null: then nobody but the public is known. `factor` multiplies the allowed failures.
  AuthenticationFilter(Identity* identity, int64_t factor, telemetry::Metrics& metrics);

  std::string_view name() const override { return "authentication"; }
  Verdict Before(Call& call) const override;
  void Dropped(Call& call) const override;

 private:
  Verdict Identify(Call& call) const;
  Verdict IdentifyToken(Call& call, std::string_view token) const;
  Verdict IdentifyKey(Call& call, std::string_view text) const;
  Verdict Resolve(Call& call, const Credential& credential) const;
  Verdict Settle(Call& call, absl::StatusOr<access::Caller> answer) const;
  Verdict RefuseCredentials(Call& call) const;
  bool MayTry(Call& call) const;
  uint64_t FailureKey(const Call& call) const;

  Identity* const identity_;
  const rate::RateRule failures_allowed_;
  mutable rate::RateTable failures_;
  telemetry::Counter& verified_;
  telemetry::Counter& asked_;
  std::array<telemetry::Counter*, static_cast<size_t>(TokenProblem::kCount)> refused_ = {};
};

}  // namespace schutznetz::gateway
