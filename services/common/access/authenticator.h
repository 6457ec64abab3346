// Who calls a server (ARCHITECTURE section 5): what the gateway vouches for, as long as the rights behind it are the
// newest that this program knows of.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "services/common/access/caller.h"
#include "services/common/access/caller_context.h"
#include "services/common/access/context_keys.h"
#include "services/common/access/rights_version.h"
#include "services/common/time/clock.h"

namespace schutznetz::access {

// Thread safe.
class Authenticator {
 public:
  // `audience` is this server's name, "directory". Without keys nobody but the public can call; until `rights` was
  // confirmed (RightsWatch), nobody but the public and programs. `keys` need not outlive it, `clock` must.
  Authenticator(const ContextKeys& keys, std::string audience, const Clock& clock)
      : verifier_(keys, std::move(audience), clock), rights_(clock) {}

  // The caller that `context` stands for, the public when it is empty; `peer` as ContextVerifier::Verify takes it.
  // While the rights version is unconfirmed, methods that are open to all answer everybody as they answer the public:
  // help is found, and nothing beyond is shown (P15).
  //
  // UNAUTHENTICATED (CREDENTIALS_REQUIRED, CONTEXT_OUTDATED): as ContextVerifier::Verify, RightsVersion::Check.
  // UNAVAILABLE (TEMPORARILY_UNAVAILABLE): the rights cannot be checked now and `rule` asks for some.
  absl::StatusOr<Caller> Authenticate(std::string_view context, std::string_view peer, const common::v1::Rule& rule);

  RightsVersion& rights() { return rights_; }

 private:
  const ContextVerifier verifier_;
  RightsVersion rights_;
};

}  // namespace schutznetz::access
