#include "services/common/record/standard_methods.h"

#include <memory>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"
#include "services/common/record/write_step.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/field_mask.h"

namespace schutznetz::record {
namespace {

using google::protobuf::Message;

// A copy that holds nothing but what a client may say. `etag` receives the one that was sent.
std::unique_ptr<Message> CopyOf(const ResourceRules& rules, const Message& resource, std::string* etag) {
  std::unique_ptr<Message> copy(rules.prototype().New());
  copy->CopyFrom(resource);
  copy->DiscardUnknownFields();
  *etag = rules.TakeServerFields(copy.get());
  return copy;
}

// Every resource has its name in field 1.
constexpr int kNameField = 1;

void SetName(const std::string& name, Message* resource) {
  resource->GetReflection()->SetString(resource, resource->GetDescriptor()->FindFieldByNumber(kNameField), name);
}

std::string NameIn(const Message& resource) {
  return resource.GetReflection()->GetString(resource, resource.GetDescriptor()->FindFieldByNumber(kNameField));
}

// Of the whole resource, whoever reads it.
std::string VersionOf(const Loaded& loaded) { return rpc::EtagOf(loaded.record.body); }

absl::StatusOr<Loaded> Lowered(const WriteStep& step, const Loaded& before, StandardMethods::SetProtections set,
                               std::string_view prefix) {
  std::unique_ptr<Message> changed(before.message->New());
  changed->CopyFrom(*before.message);
  RETURN_IF_ERROR(set(changed.get()));
  return step.Judge(before.record, std::move(changed), &before, prefix);
}

}  // namespace

absl::StatusOr<Presented> StandardMethods::Create(storage::Transaction& tx, const Author& author,
                                                  const ResourceRules& rules, std::string_view id,
                                                  const Message& resource, std::string_view prefix) const {
  std::string ignored_etag;
  std::unique_ptr<Message> copy = CopyOf(rules, resource, &ignored_etag);
  Record record;
  record.key = {rules.kind(), id.empty() ? NewRandomId() : std::string(id)};
  SetName(rules.NameOf(record.key.id), copy.get());
  const WriteStep step(tx, author, rules_, rules);
  ASSIGN_OR_RETURN(Loaded after, step.Judge(std::move(record), std::move(copy), nullptr, prefix));
  return step.StoreNew(std::move(after));
}

absl::StatusOr<Presented> StandardMethods::Update(storage::Transaction& tx, const Author& author,
                                                  const ResourceRules& rules, const Message& resource,
                                                  const google::protobuf::FieldMask& mask,
                                                  std::string_view prefix) const {
  std::string etag;
  const std::unique_ptr<Message> sent = CopyOf(rules, resource, &etag);
  const std::string name = NameIn(resource);
  if (etag.empty()) return errors::EtagMissing(name);  // before the look-up: says nothing about the record
  const WriteStep step(tx, author, rules_, rules);
  ASSIGN_OR_RETURN(const Loaded before, step.FindForChange(name));
  if (before.record.deleted()) return errors::Deleted(name);
  RETURN_IF_ERROR(step.CheckEtag(before, etag));

  std::unique_ptr<Message> changed(before.message->New());
  changed->CopyFrom(*before.message);
  rpc::ApplyMask(mask, *sent, changed.get());
  rules.TakeServerFields(changed.get());
  RETURN_IF_ERROR(step.KeepHiddenReferences(before, changed.get()));
  RETURN_IF_ERROR(rpc::CheckImmutable(*before.message, *changed, prefix));
  ASSIGN_OR_RETURN(Loaded after, step.Judge(before.record, std::move(changed), &before, prefix));
  return step.StoreChanged(before, std::move(after));
}

absl::StatusOr<Presented> StandardMethods::Change(storage::Transaction& tx, const Author& author,
                                                  const ResourceRules& rules, std::string_view name,
                                                  std::string_view etag, Step change, std::string_view prefix) const {
  if (etag.empty()) return errors::EtagMissing(name);
  const WriteStep step(tx, author, rules_, rules);
  ASSIGN_OR_RETURN(const Loaded before, step.FindForChange(name));
  if (before.record.deleted()) return errors::Deleted(name);
  RETURN_IF_ERROR(step.CheckEtag(before, etag));
  std::unique_ptr<Message> changed(before.message->New());
  changed->CopyFrom(*before.message);
  RETURN_IF_ERROR(change(changed.get()));
  ASSIGN_OR_RETURN(Loaded after, step.Judge(before.record, std::move(changed), &before, prefix));
  return step.StoreChanged(before, std::move(after));
}

absl::StatusOr<StandardMethods::Lowerable> StandardMethods::JudgeLowering(
    storage::Transaction& tx, const Author& author, const ResourceRules& rules, std::string_view name,
    std::string_view etag, SetProtections set, std::string_view prefix) const {
  if (etag.empty()) return errors::EtagMissing(name);
  const WriteStep step(tx, author, rules_, rules, Lowering::kAgreed);
  ASSIGN_OR_RETURN(const Loaded before, step.FindForChange(name));
  if (before.record.deleted()) return errors::Deleted(name);
  RETURN_IF_ERROR(step.CheckEtag(before, etag));
  ASSIGN_OR_RETURN(const Loaded after, Lowered(step, before, set, prefix));
  ASSIGN_OR_RETURN(const bool lowers, step.Lowers(before, after));
  if (!lowers) {
    return errors::InvalidField(std::string(prefix) + "protection", "Lowers nothing: change it by an update.");
  }
  return Lowerable{VersionOf(before), before.scope};
}

absl::StatusOr<Presented> StandardMethods::Lower(storage::Transaction& tx, const Author& author,
                                                 const ResourceRules& rules, std::string_view name,
                                                 std::string_view version, SetProtections set) const {
  const WriteStep step(tx, author, rules_, rules, Lowering::kAgreed);
  ASSIGN_OR_RETURN(const Loaded before, step.FindForChange(name));
  if (before.record.deleted()) return errors::Deleted(name);
  if (VersionOf(before) != version) return errors::EtagMismatch(name);
  ASSIGN_OR_RETURN(Loaded after, Lowered(step, before, set, ""));
  return step.StoreChanged(before, std::move(after));
}

absl::StatusOr<Presented> StandardMethods::Delete(storage::Transaction& tx, const Author& author,
                                                  const ResourceRules& rules, std::string_view name,
                                                  std::string_view etag) const {
  if (etag.empty()) return errors::EtagMissing(name);
  const WriteStep step(tx, author, rules_, rules);
  ASSIGN_OR_RETURN(Loaded loaded, step.FindForChange(name));
  if (loaded.record.deleted()) return errors::Deleted(name);
  RETURN_IF_ERROR(step.CheckEtag(loaded, etag));
  return step.StoreDeleted(std::move(loaded));
}

absl::StatusOr<Presented> StandardMethods::Undelete(storage::Transaction& tx, const Author& author,
                                                    const ResourceRules& rules, std::string_view name,
                                                    std::string_view etag) const {
  if (etag.empty()) return errors::EtagMissing(name);
  const WriteStep step(tx, author, rules_, rules);
  ASSIGN_OR_RETURN(const Loaded before, step.FindForChange(name));
  if (!before.record.deleted()) return errors::NotDeleted(name);
  RETURN_IF_ERROR(step.CheckEtag(before, etag));
  std::unique_ptr<Message> copy(before.message->New());
  copy->CopyFrom(*before.message);
  ASSIGN_OR_RETURN(Loaded after, step.Judge(before.record, std::move(copy), &before, ""));
  return step.StoreUndeleted(before, std::move(after));
}

}  // namespace schutznetz::record
