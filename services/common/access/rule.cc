#include "services/common/access/rule.h"

#include "services/common/errors/errors.h"

namespace schutznetz::access {
namespace {

using common::v1::Rule;

// The roles that satisfy an access level; empty for PUBLIC and for levels that do not exist.
RoleSet RolesFor(Rule::Access access) {
  switch (access) {
    case Rule::PROFESSIONAL:
      return {Role::kProfessional, Role::kMember, Role::kCoordinator, Role::kEditor, Role::kModerator};
    case Rule::MEMBER:
      return {Role::kMember, Role::kCoordinator, Role::kEditor, Role::kModerator};
    case Rule::COORDINATOR:
      return {Role::kCoordinator};
    case Rule::EDITOR:
      return {Role::kEditor};
    case Rule::MODERATOR:
      return {Role::kModerator};
    case Rule::PARTNER:
      return {Role::kPartner};
    case Rule::OPERATOR:
      return {Role::kOperator};
    case Rule::INTERNAL:
      return {Role::kInternal};
    case Rule::EDITOR_OR_COORDINATOR:
      return {Role::kEditor, Role::kCoordinator};
    default:
      return {};
  }
}

}  // namespace

absl::Status Allows(const Rule& rule, const Caller& caller) {
  if (rule.access() == Rule::PUBLIC && rule.scope() != Rule::SELF) return absl::OkStatus();
  if (rule.access() == Rule::ACCESS_UNSPECIFIED) return errors::AccessDenied();
  if (caller.is_public()) return errors::CredentialsRequired();
  if (rule.access() == Rule::PUBLIC) return absl::OkStatus();
  return caller.grants().roles.HasAny(RolesFor(rule.access())) ? absl::OkStatus() : errors::AccessDenied();
}

absl::Status CheckRuleComplete(const Rule& rule) {
  std::vector<errors::FieldViolation> violations;
  if (rule.access() == Rule::ACCESS_UNSPECIFIED || !Rule::Access_IsValid(rule.access())) {
    violations.push_back({"rule.access", "Must be stated."});
  }
  if (rule.rate() == Rule::RATE_UNSPECIFIED || !Rule::Rate_IsValid(rule.rate())) {
    violations.push_back({"rule.rate", "Must be stated."});
  }
  const bool scoped =
      rule.scope() != Rule::SCOPE_UNSPECIFIED && rule.scope() != Rule::NONE && rule.scope() != Rule::SELF;
  if (scoped && rule.access() == Rule::PUBLIC) {
    violations.push_back({"rule.scope", "Must be NONE or SELF on a PUBLIC method."});
  }
  if (rule.has_cache() && (rule.access() != Rule::PUBLIC || rule.scope() == Rule::SELF)) {
    violations.push_back({"rule.cache", "Must be absent: only answers of PUBLIC methods may be kept."});
  }
  if (rule.has_cache() && rule.cache().kinds().empty()) {
    violations.push_back({"rule.cache.kinds", "Must name the kinds that the answer depends on."});
  }
  if (!rule.raw().authorization_field().empty() && (rule.access() != Rule::PUBLIC || rule.scope() == Rule::SELF)) {
    violations.push_back({"rule.raw.authorization_field", "Must be absent: nobody is authenticated before it."});
  }
  return violations.empty() ? absl::OkStatus() : errors::InvalidFields(std::move(violations));
}

}  // namespace schutznetz::access
