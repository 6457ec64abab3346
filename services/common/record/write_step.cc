#include "services/common/record/write_step.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/change_tags.h"
#include "services/common/record/protected_parts.h"
#include "services/common/record/random_id.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/resource_name.h"

namespace schutznetz::record {
namespace {

using google::protobuf::Message;
using storage::ChangeOperation;

bool Above(const wire::Floors& a, const wire::Floors& b) { return a.record > b.record || a.address > b.address; }

// The references of a resource; names that are not of their collection are left out.
std::vector<Reference> ReferencesOf(const RuleSet& all, const ResourceRules& rules, const Message& resource) {
  std::vector<Reference> references;
  for (const ResourceRules::ReferenceField& field : rules.references()) {
    for (const std::string& name : ResourceRules::NamesIn(resource, field)) {
      const auto id = rpc::IdIn(field.collection, name);
      if (!id) continue;
      references.push_back({field.field->name(), {all.OfCollection(field.collection)->kind(), std::string(*id)}});
    }
  }
  return references;
}

// Empty for a name of another collection.
std::string IdOf(const ResourceRules& rules, std::string_view name) {
  return std::string(rpc::IdIn(rules.collection(), name).value_or(""));
}

std::string IdFieldOf(std::string_view prefix) {
  if (prefix.ends_with('.')) prefix.remove_suffix(1);
  return std::string(prefix) + "Id";
}

}  // namespace

absl::StatusOr<Loaded> WriteStep::FindForChange(std::string_view name) const {
  const auto id = rpc::IdIn(rules_.collection(), name);
  if (!id) return errors::NotFound(name);
  ASSIGN_OR_RETURN(std::optional<Record> record, GetForUpdate(tx_, {rules_.kind(), std::string(*id)}));
  if (!record) return errors::NotFound(name);
  ASSIGN_OR_RETURN(Loaded loaded, LoadAround(tx_, all_, rules_, *std::move(record)));
  if (!MayKnow(author_.caller, loaded)) return errors::NotFound(name);
  if (!MayEdit(author_.caller, loaded.scope)) return errors::AccessDenied();
  return loaded;
}

absl::StatusOr<Presented> WriteStep::Show(const Loaded& loaded) const {
  ASSIGN_OR_RETURN(const Record record, WithoutHidden(loaded, author_.caller));
  return Present(record, rules_.table(), LevelsFor(author_.caller, loaded.scope), loaded.inherited);
}

absl::Status WriteStep::CheckEtag(const Loaded& loaded, std::string_view etag) const {
  ASSIGN_OR_RETURN(const Presented current, Show(loaded));
  return rpc::CheckEtag(rules_.NameOf(loaded.record.key.id), etag, current.etag);
}

absl::StatusOr<bool> WriteStep::MayReferTo(const ResourceRules& target_rules, const RecordKey& key,
                                           Loaded* parent) const {
  ASSIGN_OR_RETURN(std::optional<Record> record, GetForShare(tx_, key));
  if (!record || record->deleted()) return false;
  ASSIGN_OR_RETURN(Loaded loaded, LoadAround(tx_, all_, target_rules, *std::move(record)));
  const bool known = MayKnow(author_.caller, loaded);
  if (known && parent != nullptr) *parent = std::move(loaded);
  return known;
}

// Locks in the order of the keys, so that two writes never wait for each other, then sorts the parents by field.
absl::Status WriteStep::ResolveReferences(Loaded& after, const Loaded* before, std::vector<Missing>* missing) const {
  std::set<RecordKey> settled;
  if (before != nullptr && !before->record.deleted()) {
    for (Reference& reference : ReferencesOf(all_, rules_, *before->message)) settled.insert(std::move(reference.to));
  }
  std::set<std::string> parent_fields;
  for (const ResourceRules::ReferenceField& field : rules_.references()) {
    if (field.parent) parent_fields.insert(field.field->name());
  }
  std::vector<Reference> references = ReferencesOf(all_, rules_, *after.message);
  std::sort(references.begin(), references.end(), [](const Reference& a, const Reference& b) { return a.to < b.to; });
  std::map<std::string, Loaded> parents;  // by field
  for (const Reference& reference : references) {
    const bool parent = parent_fields.contains(reference.field);
    if (!parent && settled.contains(reference.to)) continue;
    const ResourceRules& target = *all_.OfKind(reference.to.kind);
    Loaded found;
    ASSIGN_OR_RETURN(const bool good, MayReferTo(target, reference.to, &found));
    if (!good) {
      missing->push_back({reference.field, target.NameOf(reference.to.id)});
    } else if (parent) {
      parents.emplace(reference.field, std::move(found));
    }
  }
  for (const ResourceRules::ReferenceField& field : rules_.references()) {
    const auto found = parents.find(field.field->name());
    if (found == parents.end()) continue;
    after.inherited = Stricter(after.inherited, found->second.own);
    after.parents.push_back(std::move(found->second));
  }
  return absl::OkStatus();
}

absl::StatusOr<Loaded> WriteStep::Judge(Record record, std::unique_ptr<Message> resource, const Loaded* before,
                                        std::string_view prefix) const {
  Loaded after;
  after.rules = &rules_;
  after.record = std::move(record);
  after.message = std::move(resource);
  rules_.Derive(before == nullptr ? nullptr : before->message.get(), after.message.get());
  std::vector<Missing> missing;
  RETURN_IF_ERROR(ResolveReferences(after, before, &missing));
  after.inherited = Stricter(after.inherited, rules_.FloorsOfState(*after.message));
  ASSIGN_OR_RETURN(after.own, wire::FloorsOf(rules_.table(), ResourceRules::BodyOf(*after.message), after.inherited));

  std::vector<errors::FieldViolation> violations;
  rules_.Check({*after.message, after.parents, after.own}, &violations);
  for (errors::FieldViolation& violation : violations) violation.field.insert(0, prefix);
  if (before == nullptr && after.own.record == common::v1::PROTECTED && !LooksRandom(after.record.key.id)) {
    violations.push_back({IdFieldOf(prefix),
                          "The id of a protected record must tell nothing: leave it out, or choose at least 26 random "
                          "characters of a-z2-7."});
  }
  if (!violations.empty()) return errors::InvalidFields(std::move(violations));
  if (!missing.empty()) {
    return errors::ReferenceNotFound(std::string(prefix) + missing.front().field, missing.front().name);
  }
  after.record.body = ResourceRules::BodyOf(*after.message);
  after.scope = rules_.ScopeOf(*after.message, after.parents);
  if (!MayEdit(author_.caller, after.scope)) return errors::AccessDenied();
  if (before == nullptr || lowering_ == Lowering::kAgreed) return after;
  ASSIGN_OR_RETURN(const bool lowers, Lowers(*before, after));
  if (lowers) return errors::SecondPersonNeeded();
  return after;
}

absl::StatusOr<bool> WriteStep::Lowers(const Loaded& before, const Loaded& after) const {
  ASSIGN_OR_RETURN(const wire::Floors stated_before, wire::FloorsOf(rules_.table(), before.record.body));
  ASSIGN_OR_RETURN(const wire::Floors stated_after, wire::FloorsOf(rules_.table(), after.record.body));
  return Above(stated_before, stated_after) || CompareParts(*before.message, *after.message).lowered;
}

absl::Status WriteStep::ReplaceSideRows(const Loaded& after) const {
  RETURN_IF_ERROR(PutReferences(tx_, after.record.key, {}));
  RETURN_IF_ERROR(ReleaseUnique(tx_, after.record.key));
  return AddSideRows(after);
}

absl::Status WriteStep::AddSideRows(const Loaded& after) const {
  RETURN_IF_ERROR(AddReferences(tx_, after.record.key, ReferencesOf(all_, rules_, *after.message)));
  for (const std::string& value : rules_.UniqueValues(*after.message)) {
    ASSIGN_OR_RETURN(const std::optional<std::string> holder, ClaimUnique(tx_, after.record.key, value));
    if (holder) return errors::Exists(rules_.NameOf(*holder));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> WriteStep::MayKnowOf(const ResourceRules& rules, const std::string& name,
                                          const access::Caller& caller) const {
  ASSIGN_OR_RETURN(std::optional<Record> record, Get(tx_, {rules.kind(), IdOf(rules, name)}));
  if (!record) return true;  // there is nothing to hide
  ASSIGN_OR_RETURN(const Loaded named, LoadAround(tx_, all_, rules, *std::move(record)));
  return MayKnow(caller, named);
}

absl::StatusOr<std::set<std::string>> WriteStep::HiddenReferences(const Loaded& loaded,
                                                                  const access::Caller& caller) const {
  std::set<std::string> hidden;
  for (const ResourceRules::ReferenceField& field : rules_.references()) {
    if (field.parent) continue;  // who sees a record sees its parents
    for (const std::string& name : ResourceRules::NamesIn(*loaded.message, field)) {
      ASSIGN_OR_RETURN(const bool known, MayKnowOf(*all_.OfCollection(field.collection), name, caller));
      if (!known) hidden.insert(name);
    }
  }
  return hidden;
}

// Names of records that a caller may not know are left out of every answer.
absl::StatusOr<Record> WriteStep::WithoutHidden(const Loaded& loaded, const access::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::set<std::string> hidden, HiddenReferences(loaded, caller));
  Record record = loaded.record;
  if (hidden.empty()) return record;
  std::unique_ptr<Message> shown(loaded.message->New());
  shown->CopyFrom(*loaded.message);
  for (const ResourceRules::ReferenceField& field : rules_.references()) field.Remove(hidden, shown.get());
  record.body = ResourceRules::BodyOf(*shown);
  return record;
}

absl::Status WriteStep::KeepHiddenReferences(const Loaded& before, Message* changed) const {
  for (const ResourceRules::ReferenceField& field : rules_.references()) {
    if (field.parent) continue;
    const std::vector<std::string> now = ResourceRules::NamesIn(*changed, field);
    for (const std::string& name : ResourceRules::NamesIn(*before.message, field)) {
      if (std::find(now.begin(), now.end(), name) != now.end()) continue;
      ASSIGN_OR_RETURN(const bool known, MayKnowOf(*all_.OfCollection(field.collection), name, author_.caller));
      if (!known) field.Restore(name, changed);
    }
  }
  return absl::OkStatus();
}

// What everybody sees: naming one more or less of the hidden records is no public change.
absl::StatusOr<std::string> WriteStep::PublicFactsOf(const Loaded& loaded) const {
  if (loaded.own.record != common::v1::PUBLIC) return std::string();
  ASSIGN_OR_RETURN(const Record record, WithoutHidden(loaded, access::Caller()));
  return PublicFacts(record, rules_.table(), loaded.inherited);
}

absl::Status WriteStep::TouchTimes(const Loaded& before, Loaded& after) const {
  after.record.update_us = std::max(now_us(), before.record.update_us);
  ASSIGN_OR_RETURN(const std::string facts_before, PublicFactsOf(before));
  ASSIGN_OR_RETURN(const std::string facts_after, PublicFactsOf(after));
  if (facts_before != facts_after) after.record.public_update_us = after.record.update_us;
  return absl::OkStatus();
}

void WriteStep::AppendChange(const Loaded* before, const Loaded& after, ChangeOperation operation) const {
  tx_.AppendChange({.kind = rules_.kind(),
                    .name = rules_.NameOf(after.record.key.id),
                    .operation = operation,
                    .tags = TagsOf(before, after),
                    .trace_id = std::string(author_.trace_id),
                    .content = std::make_shared<const RecordContent>(after.record)});
}

// What lies below a record becomes as strict as it is: followers of the log and caches must hear of each. They are not
// locked, and somebody else may be changing one of them: their content is for followers to read.
absl::Status WriteStep::AppendDescendants(const Loaded& top, ChangeOperation operation) const {
  ASSIGN_OR_RETURN(const std::vector<RecordKey> keys, DescendantsOf(tx_, all_, top, kDescendantsMax));
  for (const RecordKey& key : keys) {
    const ResourceRules& rules = *all_.OfKind(key.kind);
    ASSIGN_OR_RETURN(std::optional<Record> record, Get(tx_, key));
    if (!record) continue;
    ASSIGN_OR_RETURN(const Loaded loaded, LoadAround(tx_, all_, rules, *std::move(record)));
    tx_.AppendChange({.kind = key.kind,
                      .name = rules.NameOf(key.id),
                      .operation = operation,
                      .tags = TagsOf(nullptr, loaded),
                      .trace_id = std::string(author_.trace_id)});
  }
  return absl::OkStatus();
}

absl::StatusOr<Presented> WriteStep::StoreNew(Loaded after) const {
  const int64_t now = now_us();
  after.record.create_us = after.record.update_us = after.record.public_update_us = now;
  ASSIGN_OR_RETURN(const bool inserted, Insert(tx_, after.record));
  if (!inserted) return errors::Exists(rules_.NameOf(after.record.key.id));
  RETURN_IF_ERROR(AddSideRows(after));
  AppendChange(nullptr, after, ChangeOperation::kCreated);
  return Show(after);
}

absl::StatusOr<Presented> WriteStep::StoreChanged(const Loaded& before, Loaded after) const {
  if (after.record.body == before.record.body) return Show(before);
  RETURN_IF_ERROR(TouchTimes(before, after));
  RETURN_IF_ERROR(Update(tx_, after.record));
  RETURN_IF_ERROR(ReplaceSideRows(after));
  const bool raised = Above(after.own, before.own);
  const bool redacted = raised || CompareParts(*before.message, *after.message).raised;
  const ChangeOperation operation = redacted ? ChangeOperation::kRedacted : ChangeOperation::kUpdated;
  AppendChange(&before, after, operation);
  if (raised || Above(before.own, after.own)) RETURN_IF_ERROR(AppendDescendants(after, operation));
  return Show(after);
}

absl::StatusOr<Presented> WriteStep::StoreDeleted(Loaded loaded) const {
  ASSIGN_OR_RETURN(const int64_t referrers, CountReferrers(tx_, loaded.record.key));
  if (referrers > 0) return errors::InUse(rules_.NameOf(loaded.record.key.id), referrers);
  const int64_t now = std::max(now_us(), loaded.record.update_us);
  if (loaded.own.record == common::v1::PUBLIC) loaded.record.public_update_us = now;
  loaded.record.update_us = loaded.record.delete_us = now;
  RETURN_IF_ERROR(Update(tx_, loaded.record));
  RETURN_IF_ERROR(ReleaseUnique(tx_, loaded.record.key));
  AppendChange(nullptr, loaded, ChangeOperation::kDeleted);
  return Show(loaded);
}

absl::StatusOr<Presented> WriteStep::StoreUndeleted(const Loaded& before, Loaded after) const {
  after.record.delete_us = 0;
  RETURN_IF_ERROR(TouchTimes(before, after));
  RETURN_IF_ERROR(Update(tx_, after.record));
  RETURN_IF_ERROR(ReplaceSideRows(after));
  AppendChange(&before, after, ChangeOperation::kUndeleted);
  return Show(after);
}

}  // namespace schutznetz::record
