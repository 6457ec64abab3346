#include "services/common/record/rights.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "services/common/rpc/formats.h"
#include "services/common/rpc/resource_name.h"

namespace schutznetz::record {
namespace {

using access::Role;
using common::v1::NETWORK;
using common::v1::PUBLIC;
using common::v1::RESTRICTED;

constexpr size_t kLandCount = 16;

bool Contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool Overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& value) { return Contains(b, value); });
}

// Professional, and whatever implies it.
constexpr access::RoleSet kProfessionals = {Role::kProfessional, Role::kMember, Role::kCoordinator, Role::kEditor,
                                            Role::kModerator};
constexpr access::RoleSet kMembers = {Role::kMember, Role::kCoordinator};

bool IsEditor(const access::Grants& grants) { return grants.roles.Has(Role::kEditor); }

// An editor of all sixteen Länder.
bool EditsNationwide(const access::Grants& grants) {
  if (!IsEditor(grants) || grants.lands.size() < kLandCount) return false;
  std::set<std::string_view> codes;
  for (const std::string& land : grants.lands) {
    const auto code = rpc::IdIn("lands", land);
    if (code && rpc::IsLandCode(*code)) codes.insert(*code);
  }
  return codes.size() == kLandCount;
}

bool EditsIn(const access::Grants& grants, const RecordScope& scope) {
  if (scope.lands.empty()) return EditsNationwide(grants);
  return IsEditor(grants) && Overlap(grants.lands, scope.lands);
}

bool Coordinates(const access::Grants& grants, const RecordScope& scope) {
  return scope.coordinators_edit && grants.roles.Has(Role::kCoordinator) &&
         Overlap(grants.coordinated_networks, scope.networks);
}

void AppendSorted(std::vector<std::string> names, std::string* text) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) text->append(name).append(" ");
}

}  // namespace

bool SeesOnlyPublic(const access::Caller& caller) {
  if (caller.is_public()) return true;
  const access::Grants& grants = caller.grants();
  if (grants.roles.HasAny(kProfessionals)) return false;
  return !grants.roles.Has(Role::kPartner) || !Contains(grants.scopes, kRestrictedScope);
}

wire::LevelSet LevelsFor(const access::Caller& caller, const RecordScope& scope) {
  if (SeesOnlyPublic(caller)) return {PUBLIC};
  const access::Grants& grants = caller.grants();
  if (EditsIn(grants, scope) || Coordinates(grants, scope)) return wire::LevelSet::All();
  if (grants.roles.HasAny(kMembers) && Overlap(grants.networks, scope.networks)) return {PUBLIC, RESTRICTED, NETWORK};
  return {PUBLIC, RESTRICTED};
}

bool MayEdit(const access::Caller& caller, const RecordScope& scope) {
  const access::Grants& grants = caller.grants();
  if (Coordinates(grants, scope)) return true;
  if (scope.lands.empty()) return EditsNationwide(grants);
  return IsEditor(grants) && std::all_of(scope.lands.begin(), scope.lands.end(),
                                         [&](const std::string& land) { return Contains(grants.lands, land); });
}

std::string SightOf(const access::Caller& caller) {
  std::string sight;
  if (SeesOnlyPublic(caller)) return sight;
  const access::Grants& grants = caller.grants();
  sight = "restricted ";
  if (IsEditor(grants)) AppendSorted(grants.lands, &sight);
  if (grants.roles.HasAny(kMembers)) AppendSorted(grants.networks, &sight);
  if (grants.roles.Has(Role::kCoordinator) && !grants.coordinated_networks.empty()) {
    sight.append("coordinates ");
    AppendSorted(grants.coordinated_networks, &sight);
  }
  return sight;
}

}  // namespace schutznetz::record
