#include "services/common/access/authenticator.h"

#include "services/common/access/rule.h"
#include "services/common/errors/macros.h"

namespace schutznetz::access {

absl::StatusOr<Caller> Authenticator::Authenticate(std::string_view context, std::string_view peer,
                                                   const common::v1::Rule& rule) {
  if (context.empty()) return Caller();
  ASSIGN_OR_RETURN(Caller caller, verifier_.Verify(context, peer));
  absl::Status rights = rights_.Check(caller);
  if (rights.ok()) return caller;
  if (absl::IsUnavailable(rights) && Allows(rule, Caller()).ok()) return Caller();
  return rights;
}

}  // namespace schutznetz::access
