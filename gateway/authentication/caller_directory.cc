#include "gateway/authentication/caller_directory.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

using access::Role;
using access::RoleSet;
using common::v1::Rule;
using exchange::v1::ResolvedCaller;

// Keys have no end of their own here; they are asked for again after this time.
constexpr absl::Duration kRememberedFor = absl::Minutes(10);

struct RoleName {
  Rule::Access access;
  Role role;
  std::string_view claim;
  RoleSet implied_by;  // besides itself
};
const RoleName kRoles[] = {
    {Rule::PROFESSIONAL,
     Role::kProfessional,
     "professional",
     {Role::kMember, Role::kCoordinator, Role::kEditor, Role::kModerator}},
    {Rule::MEMBER, Role::kMember, "member", {Role::kCoordinator, Role::kEditor, Role::kModerator}},
    {Rule::COORDINATOR, Role::kCoordinator, "coordinator", {}},
    {Rule::EDITOR, Role::kEditor, "editor", {}},
    {Rule::MODERATOR, Role::kModerator, "moderator", {}},
    {Rule::PARTNER, Role::kPartner, "partner", {}},
    {Rule::OPERATOR, Role::kOperator, "operator", {}},
};

// INTERNAL is not among them: nobody from outside is a program.
RoleSet RolesOf(const ResolvedCaller& answer) {
  RoleSet roles;
  for (const RoleName& name : kRoles) {
    if (std::find(answer.roles().begin(), answer.roles().end(), name.access) != answer.roles().end()) {
      roles.Add(name.role);
    }
  }
  return roles;
}

RoleSet Narrowed(RoleSet granted, const std::vector<std::string>& claimed) {
  RoleSet roles;
  for (const RoleName& name : kRoles) {
    const bool held = granted.Has(name.role) || granted.HasAny(name.implied_by);
    if (held && std::find(claimed.begin(), claimed.end(), name.claim) != claimed.end()) roles.Add(name.role);
  }
  return roles;
}

void Narrow(std::vector<std::string>& granted, const std::optional<std::vector<std::string>>& claimed) {
  if (!claimed.has_value()) return;
  std::erase_if(granted, [&](const std::string& name) {
    return std::find(claimed->begin(), claimed->end(), name) == claimed->end();
  });
}

template <typename Names>
std::vector<std::string> Copy(const Names& names) {
  return {names.begin(), names.end()};
}

absl::Time EndOf(const ResolvedCaller& answer) {
  if (!answer.has_expire_time()) return absl::InfiniteFuture();
  return absl::FromUnixSeconds(answer.expire_time().seconds()) + absl::Nanoseconds(answer.expire_time().nanos());
}

}  // namespace

access::Caller CallerOf(const ResolvedCaller& answer, const VerifiedToken* token, std::string session) {
  access::Grants grants;
  grants.roles = RolesOf(answer);
  grants.lands = Copy(answer.lands());
  grants.networks = Copy(answer.networks());
  grants.coordinated_networks = Copy(answer.coordinated_networks());
  grants.rooms = Copy(answer.rooms());
  grants.scopes = Copy(answer.scopes());
  access::Session standing = {
      .id = std::move(session), .rights_version = answer.rights_version(), .expire_time = EndOf(answer)};
  if (token != nullptr) {
    standing.expire_time = std::min(standing.expire_time, token->valid_until);
    if (token->roles.has_value()) grants.roles = Narrowed(grants.roles, *token->roles);
    Narrow(grants.lands, token->lands);
    Narrow(grants.scopes, token->scopes);
  }
  return access::Caller::Granted(answer.principal(), std::move(grants), std::move(standing));
}

CallerDirectory::CallerDirectory(access::RightsVersion& rights, const Clock& clock, size_t sessions)
    : rights_(rights), clock_(clock), callers_(sessions) {}

std::optional<access::Caller> CallerDirectory::Find(std::string_view session) const {
  std::optional<access::Caller> caller = callers_.Find(session, clock_.Now());
  if (caller.has_value() && caller->rights_version() != rights_.version()) return std::nullopt;
  return caller;
}

exchange::v1::ResolveCallerRequest CallerDirectory::QuestionOf(const Credential& credential) {
  exchange::v1::ResolveCallerRequest request;
  if (credential.token != nullptr) {
    request.mutable_token()->set_issuer(credential.token->issuer);
    request.mutable_token()->set_subject(credential.token->subject);
  } else {
    request.mutable_key()->set_key_id(std::string(credential.key_id));
    request.mutable_key()->set_secret(std::string(credential.key_secret));
  }
  return request;
}

absl::StatusOr<access::Caller> CallerDirectory::Accept(const Credential& credential, const ResolvedCaller& answer,
                                                       int64_t asked_version) {
  const std::string& principal = answer.principal();
  const bool usable = !principal.empty() && principal != "public" && !principal.starts_with("programs/");
  if (!usable || answer.rights_version() < asked_version) return errors::TemporarilyUnavailable(absl::Seconds(1));
  rights_.Raise(answer.rights_version());
  access::Caller caller = CallerOf(answer, credential.token.get(), credential.session);
  callers_.Put(credential.session, caller, std::min(caller.session().expire_time, clock_.Now() + kRememberedFor));
  return caller;
}

}  // namespace schutznetz::gateway
