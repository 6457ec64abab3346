// The access rule of a method, applied to a caller. Pure: no clock, no network, no state.
#pragma once

#include "absl/status/status.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "services/common/access/caller.h"

namespace schutznetz::access {

// Whether `caller` may call a method with this rule; the scope (which Land, network, room) is the domain's to check.
// The chain: professional < member; coordinator, editor and moderator imply member; partner and operator imply nothing.
// Outside the chain a rule means exactly its role. PUBLIC with the scope SELF means: any caller with credentials, for
// what is their own. Deny is the default for everything not written.
//
// UNAUTHENTICATED (CREDENTIALS_REQUIRED): a public caller where more is needed.
// PERMISSION_DENIED (ACCESS_DENIED): a known caller without the role, or a rule without an access level.
absl::Status Allows(const common::v1::Rule& rule, const Caller& caller);

// Whether the rule may stand on a method: access and rate are stated; a scope other than NONE and SELF needs a
// role above PUBLIC; only PUBLIC methods without SELF may be kept in caches. INVALID_ARGUMENT names what is missing.
// Servers and the gateway stop at start when this fails.
absl::Status CheckRuleComplete(const common::v1::Rule& rule);

}  // namespace schutznetz::access
