// Gives access tokens for partner keys: OAuth2 client credentials (RFC 6749 section 4.4) behind POST /oauth2/token.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/exchange/v1/token.pb.h"
#include "services/common/rate/shared_rates.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/common/tokens/token_issuer.h"
#include "services/exchange/api/token_request.h"
#include "services/exchange/view/rights_view.h"

namespace schutznetz::exchange {

// A token is good for this long, and never longer than its key.
inline constexpr absl::Duration kTokenLifetime = absl::Minutes(10);

// Thread safe. Answers from memory.
//
// Each key may be used for ten tokens at once and one more every 90 s (SAFETY section 3). Wrong secrets have a quota of
// their own, so that a stranger who knows a key's id, which is no secret, cannot shut its owner out. Both hold for all
// exchange servers together where `sharing` says how they hear of each other.
class TokenEndpoint {
 public:
  // `issuer` may be null: then no client may use it. All must outlive it, and `metrics` must not be read after it.
  TokenEndpoint(const RightsView& view, const tokens::TokenIssuer* issuer, const Clock& clock,
                telemetry::Metrics& metrics, const rate::RateSharing& sharing = {.group = "exchange"});

  struct Outcome {
    // Codes of ReadTokenRequest and ReadScope, and
    //   UNAUTHENTICATED (CREDENTIALS_REQUIRED)         the client is not known, its secret is wrong, or it has ended
    //   PERMISSION_DENIED (ACCESS_DENIED)              there is no issuer
    //   INVALID_ARGUMENT (INVALID_FIELD)               no grant_type
    //   INVALID_ARGUMENT (GRANT_TYPE_UNSUPPORTED, SCOPE_REFUSED)
    //   RESOURCE_EXHAUSTED (RATE_LIMITED)              too often
    //   UNAVAILABLE (TEMPORARILY_UNAVAILABLE)          the rights could not be confirmed for 5 s
    absl::Status status;
    std::string json;  // of RFC 6749 section 5.1
    // The name of the key that was used or tried; empty where the audit log need not hear of it: there is no such key,
    // or its quota is used up, so that nobody can fill the log.
    std::string key_name;
  };
  Outcome Answer(const v1::IssueTokenRequest& request);

 private:
  absl::Status Identify(const TokenRequest& request, KeyHolder* holder, std::string* key_name);
  absl::StatusOr<std::string> Token(const TokenRequest& request, const KeyHolder& holder) const;
  absl::Status Take(bool with_secret, std::string_view client);

  const RightsView& view_;
  const tokens::TokenIssuer* const issuer_;
  const Clock& clock_;
  rate::SharedRates rates_;
  telemetry::Counter& given_;
  telemetry::Counter& refused_;
};

}  // namespace schutznetz::exchange
