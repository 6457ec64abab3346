#include "services/common/record/resource_rules.h"

#include <algorithm>

#include "google/protobuf/descriptor.h"
#include "schutznetz/common/v1/field_options.pb.h"
#include "services/common/record/present.h"

namespace schutznetz::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

}  // namespace

const Loaded* Draft::Parent(std::string_view kind) const {
  for (const Loaded& parent : parents) {
    if (parent.record.key.kind == kind) return &parent;
  }
  return nullptr;
}

ResourceRules::ResourceRules(Shape shape, const std::vector<std::string>& collections) : shape_(std::move(shape)) {
  const google::protobuf::Descriptor* descriptor = prototype().GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    const common::v1::FieldRule& rule = field->options().GetExtension(common::v1::field);
    if (rule.format() != common::v1::FieldRule::RESOURCE_NAME) continue;
    if (std::find(collections.begin(), collections.end(), rule.reference()) == collections.end()) continue;
    const auto& parents = shape_.parent_fields;
    const bool parent = std::find(parents.begin(), parents.end(), field->name()) != parents.end();
    references_.push_back({field, rule.reference(), parent});
  }
}

void ResourceRules::ReferenceField::Remove(const std::set<std::string>& names, Message* resource) const {
  const google::protobuf::Reflection* reflection = resource->GetReflection();
  if (!field->is_repeated()) {
    if (names.contains(reflection->GetString(*resource, field))) reflection->ClearField(resource, field);
    return;
  }
  const std::vector<std::string> all = NamesIn(*resource, *this);
  reflection->ClearField(resource, field);
  for (const std::string& name : all) {
    if (!names.contains(name)) reflection->AddString(resource, field, name);
  }
}

void ResourceRules::ReferenceField::Restore(const std::string& name, Message* resource) const {
  const google::protobuf::Reflection* reflection = resource->GetReflection();
  if (field->is_repeated()) {
    reflection->AddString(resource, field, name);
  } else if (reflection->GetString(*resource, field).empty()) {
    reflection->SetString(resource, field, name);
  }
}

std::string ResourceRules::NameOf(std::string_view id) const { return shape_.collection + "/" + std::string(id); }

std::vector<std::string> ResourceRules::NamesIn(const Message& resource, const ReferenceField& reference) {
  const google::protobuf::Reflection* reflection = resource.GetReflection();
  std::vector<std::string> names;
  if (!reference.field->is_repeated()) {
    names.push_back(reflection->GetString(resource, reference.field));
  } else {
    for (int i = 0; i < reflection->FieldSize(resource, reference.field); ++i) {
      names.push_back(reflection->GetRepeatedString(resource, reference.field, i));
    }
  }
  std::erase(names, "");
  return names;
}

std::string ResourceRules::TakeServerFields(Message* resource) const {
  const google::protobuf::Descriptor* descriptor = resource->GetDescriptor();
  const google::protobuf::Reflection* reflection = resource->GetReflection();
  std::string etag;
  for (int number : {kWithheldField, kCreateTimeField, kUpdateTimeField, kDeleteTimeField, kEtagField}) {
    const FieldDescriptor* field = descriptor->FindFieldByNumber(number);
    if (field == nullptr) continue;
    if (number == kEtagField) etag = reflection->GetString(*resource, field);
    reflection->ClearField(resource, field);
  }
  return etag;
}

const ResourceRules* RuleSet::OfKind(std::string_view kind) const {
  for (const ResourceRules* rules : rules_) {
    if (rules->kind() == kind) return rules;
  }
  return nullptr;
}

const ResourceRules* RuleSet::OfCollection(std::string_view collection) const {
  for (const ResourceRules* rules : rules_) {
    if (rules->collection() == collection) return rules;
  }
  return nullptr;
}

}  // namespace schutznetz::record
