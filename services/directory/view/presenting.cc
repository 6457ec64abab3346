#include "services/directory/view/presenting.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"
#include "services/directory/places/land_codes.h"
#include "services/directory/view/entry_reader.h"

namespace schutznetz::directory {
namespace {

std::vector<std::string> LandNames(uint32_t lands) {
  std::vector<std::string> names;
  for (LandNumber land = 1; land <= kLandCount; ++land) {
    if ((lands >> land & 1) != 0) names.push_back(absl::StrCat("lands/", std::string(kLandIsoCodes[land - 1])));
  }
  return names;
}

void AddReferences(const ViewVersion& version, const Entry& entry, std::vector<std::string>* names) {
  for (const Slot slot : entry.references) {
    if (const Entry* reference = version.entry(slot)) names->emplace_back(reference->name);
  }
}

template <typename MayNotSee>
absl::StatusOr<record::Presented> PresentWithout(const ViewVersion& version, const KindTables& tables,
                                                 const Entry& entry, wire::LevelSet levels, const wire::Floors& floors,
                                                 MayNotSee&& may_not_see) {
  record::Record record = entry.ToRecord();
  std::vector<std::string_view> hidden;
  for (const Slot slot : entry.references) {
    const Entry* reference = version.entry(slot);
    if (reference != nullptr && may_not_see(*reference)) hidden.push_back(reference->name);
  }
  ASSIGN_OR_RETURN(std::string rest, WithoutReferences(entry.kind, record.body, hidden));
  if (!rest.empty()) record.body = std::move(rest);
  return record::Present(record, tables.Of(entry.kind), levels, floors,
                         &floors == &entry.inherited ? nullptr : &entry.inherited);
}

}  // namespace

KindTables::KindTables(const record::RuleSet& rules) {
  for (const Kind kind : kAllKinds) tables_[IndexOf(kind)] = &rules.OfKind(NameOf(kind))->table();
}

record::RecordScope ScopeOf(const ViewVersion& version, const Entry& entry) {
  if (entry.kind == Kind::kServiceAtLocation) {
    const Entry* service = version.entry(entry.parents[0]);
    return service == nullptr ? record::RecordScope() : ScopeOf(version, *service);
  }
  record::RecordScope scope{.lands = LandNames(entry.lands)};
  if (entry.kind == Kind::kService) AddReferences(version, entry, &scope.networks);
  if (entry.kind == Kind::kNetwork) scope.networks.emplace_back(entry.name);
  return scope;
}

wire::LevelSet LevelsOf(const ViewVersion& version, const Entry& entry, const access::Caller& caller) {
  if (record::SeesOnlyPublic(caller)) return wire::LevelSet();
  return record::LevelsFor(caller, ScopeOf(version, entry));
}

bool MayKnow(const ViewVersion& version, const Entry& entry, const access::Caller& caller) {
  if (entry.is_public()) return true;
  if (record::SeesOnlyPublic(caller)) return false;
  const record::RecordScope scope = ScopeOf(version, entry);
  if (entry.deleted()) return record::MayEdit(caller, scope);
  return record::LevelsFor(caller, scope).Has(entry.own.record);
}

absl::StatusOr<record::Presented> PresentToAll(const ViewVersion& version, const KindTables& tables, const Entry& entry,
                                               const wire::Floors& floors) {
  if (entry.deleted()) return record::Presented();
  return PresentWithout(version, tables, entry, wire::LevelSet(), floors,
                        [](const Entry& reference) { return !reference.is_public(); });
}

absl::StatusOr<record::Presented> PresentTo(const ViewVersion& version, const KindTables& tables, const Entry& entry,
                                            const access::Caller& caller) {
  if (!MayKnow(version, entry, caller)) return record::Presented();
  return PresentWithout(version, tables, entry, LevelsOf(version, entry, caller), entry.inherited,
                        [&](const Entry& reference) { return !MayKnow(version, reference, caller); });
}

bool IsAuthority(const ViewVersion& version, const Entry& entry) {
  if (entry.kind == Kind::kOrganization) return entry.authority;
  if (entry.kind == Kind::kNetwork) return false;
  const Entry* parent = version.entry(entry.parents[0]);
  return parent != nullptr && IsAuthority(version, *parent);
}

}  // namespace schutznetz::directory
