// Who is behind a credential: what the exchange server said, remembered while the rights version stands still.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/authentication/token_verifier.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "services/common/access/caller.h"
#include "services/common/access/expiring_cache.h"
#include "services/common/access/rights_version.h"
#include "services/common/time/clock.h"

namespace schutznetz::gateway {

// What a request brought, its form checked. A token, or a key.
struct Credential {
  std::string session;
  std::shared_ptr<const VerifiedToken> token;  // null: a key
  std::string_view key_id;
  std::string_view key_secret;
};

// Thread safe, shared by all workers.
class CallerDirectory {
 public:
  // Both references must outlive it. `sessions`: how many callers are remembered.
  CallerDirectory(access::RightsVersion& rights, const Clock& clock, size_t sessions = 32'768);

  // Whether what is remembered may be relied on: the rights version was confirmed in the last 5 s.
  bool is_fresh() const { return rights_.is_fresh(); }
  int64_t rights_version() const { return rights_.version(); }

  // The caller, when the exchange server was asked under the present rights version.
  std::optional<access::Caller> Find(std::string_view session) const;
  // The next Find finds nothing.
  void Forget(std::string_view session) { callers_.Erase(session); }

  // The request for ResolveCaller.
  static exchange::v1::ResolveCallerRequest QuestionOf(const Credential& credential);
  // Remembers the answer to a question that was asked when rights_version() was `asked_version`. UNAVAILABLE
  // (TEMPORARILY_UNAVAILABLE): it is older than that, or not one that can be used.
  absl::StatusOr<access::Caller> Accept(const Credential& credential, const exchange::v1::ResolvedCaller& answer,
                                        int64_t asked_version);

 private:
  access::RightsVersion& rights_;
  const Clock& clock_;
  access::ExpiringCache<access::Caller> callers_;
};

// The caller that `answer` grants, narrowed by the claims of `token` (null: nothing narrows). Claims that name what is
// not granted give nothing.
access::Caller CallerOf(const exchange::v1::ResolvedCaller& answer, const VerifiedToken* token, std::string session);

}  // namespace schutznetz::gateway
