#include "services/common/record/rights.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace schutznetz::record {
namespace {

using access::Role;
using common::v1::NETWORK;
using common::v1::PUBLIC;
using common::v1::RESTRICTED;

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

// Whether these are all Länder: then nationwide records are the editor's too.
bool AreAllLands(const std::vector<std::string>& lands) {
  constexpr size_t kLandCount = 16;
  return std::set<std::string_view>(lands.begin(), lands.end()).size() == kLandCount;
}

}  // namespace

wire::LevelSet LevelsFor(const access::Caller& caller, const RecordScope& scope) {
  if (caller.is_public()) return {PUBLIC};
  const access::Grants& grants = caller.grants();
  const bool here = scope.lands.empty() ? AreAllLands(grants.lands) : Overlap(grants.lands, scope.lands);
  const bool editor_here = grants.roles.Has(Role::kEditor) && here;
  if (caller.is_local_operator() || editor_here) return wire::LevelSet::All();
  if (grants.roles.HasAny(kMembers) && Overlap(grants.networks, scope.networks)) return {PUBLIC, RESTRICTED, NETWORK};
  if (grants.roles.HasAny(kProfessionals)) return {PUBLIC, RESTRICTED};
  return {PUBLIC};
}

bool MayEdit(const access::Caller& caller, const RecordScope& scope) {
  if (caller.is_local_operator()) return true;
  if (!caller.grants().roles.Has(Role::kEditor)) return false;
  if (scope.lands.empty()) return AreAllLands(caller.grants().lands);
  return std::all_of(scope.lands.begin(), scope.lands.end(),
                     [&](const std::string& land) { return Contains(caller.grants().lands, land); });
}

bool MayLowerProtection(const access::Caller& caller) { return caller.is_local_operator(); }

}  // namespace schutznetz::record
