#include "services/common/record/load.h"

#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/common/rpc/resource_name.h"

namespace schutznetz::record {
namespace {

// Parents stand at most this deep; a loop among them would be a bug of the rules.
constexpr int kParentDepthMax = 4;

absl::StatusOr<Loaded> LoadDeep(storage::ReadTransaction& tx, const RuleSet& all, const ResourceRules& rules,
                                Record record, int depth);

absl::Status LoadParents(storage::ReadTransaction& tx, const RuleSet& all,
                         const ResourceRules::ReferenceField& reference, int depth, Loaded& loaded) {
  const ResourceRules* parent_rules = all.OfCollection(reference.collection);
  for (const std::string& name : ResourceRules::NamesIn(*loaded.message, reference)) {
    const auto id = rpc::IdIn(reference.collection, name);
    if (!id) continue;
    ASSIGN_OR_RETURN(std::optional<Record> record, Get(tx, {parent_rules->kind(), std::string(*id)}));
    if (!record) continue;
    ASSIGN_OR_RETURN(Loaded parent, LoadDeep(tx, all, *parent_rules, *std::move(record), depth + 1));
    loaded.inherited = Stricter(loaded.inherited, parent.own);
    loaded.parents.push_back(std::move(parent));
  }
  return absl::OkStatus();
}

absl::StatusOr<Loaded> LoadDeep(storage::ReadTransaction& tx, const RuleSet& all, const ResourceRules& rules,
                                Record record, int depth) {
  if (depth > kParentDepthMax) return errors::Internal("the parents of a record form a loop");
  Loaded loaded;
  loaded.rules = &rules;
  loaded.message.reset(rules.prototype().New());
  if (!loaded.message->ParseFromString(record.body)) {
    return absl::DataLossError("a stored record of kind " + record.key.kind + " cannot be read");
  }
  loaded.record = std::move(record);
  for (const ResourceRules::ReferenceField& reference : rules.references()) {
    if (reference.parent) RETURN_IF_ERROR(LoadParents(tx, all, reference, depth, loaded));
  }
  loaded.inherited = Stricter(loaded.inherited, rules.FloorsOfState(*loaded.message));
  ASSIGN_OR_RETURN(loaded.own, wire::FloorsOf(rules.table(), loaded.record.body, loaded.inherited));
  loaded.scope = rules.ScopeOf(*loaded.message, loaded.parents);
  return loaded;
}

}  // namespace

absl::StatusOr<Loaded> LoadAround(storage::ReadTransaction& tx, const RuleSet& all, const ResourceRules& rules,
                                  Record record) {
  return LoadDeep(tx, all, rules, std::move(record), 0);
}

bool MayKnow(const access::Caller& caller, const Loaded& loaded) {
  if (loaded.record.deleted()) return MayEdit(caller, loaded.scope);
  return LevelsFor(caller, loaded.scope).Has(loaded.own.record);
}

}  // namespace schutznetz::record
