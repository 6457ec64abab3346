#include "services/common/record/protected_parts.h"

#include <map>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "google/protobuf/descriptor.h"

namespace schutznetz::record {
namespace {

using common::v1::FieldRule;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using wire::Visibility;

const FieldDescriptor* ProtectionOf(const Descriptor& message, FieldRule::Part part) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->options().GetExtension(common::v1::field).part() == part) return message.field(i);
  }
  return nullptr;
}

Visibility LevelOfField(const FieldDescriptor& field) {
  const Visibility level = field.options().GetExtension(common::v1::visibility);
  return level == common::v1::VISIBILITY_UNSPECIFIED ? common::v1::NETWORK : level;
}

std::string KeyOf(const Message& value, const FieldDescriptor& protection) {
  const FieldDescriptor* first = value.GetDescriptor()->FindFieldByNumber(1);
  std::string key = value.GetDescriptor()->full_name() + "\n";
  if (first != nullptr && first->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !first->is_repeated()) {
    const std::string text = value.GetReflection()->GetString(value, first);
    if (!text.empty()) return key + text;
  }
  std::unique_ptr<Message> rest(value.New());
  rest->CopyFrom(value);
  rest->GetReflection()->ClearField(rest.get(), &protection);
  return key + rest->SerializeAsString();
}

using Levels = std::map<std::string, Visibility>;

void AddLevels(const Message& message, Visibility above, Levels* levels);

void AddValue(const Message& value, Visibility above, Levels* levels) {
  const FieldDescriptor* protection = ProtectionOf(*value.GetDescriptor(), FieldRule::RECORD_PROTECTION);
  if (protection != nullptr) {
    const auto stated = static_cast<uint64_t>(value.GetReflection()->GetEnumValue(value, protection));
    above = wire::Stricter(above, wire::ProtectionLevel(stated));
    const auto [known, is_new] = levels->try_emplace(KeyOf(value, *protection), above);
    if (!is_new && above < known->second) known->second = above;
  }
  AddLevels(value, above, levels);
}

void AddLevels(const Message& message, Visibility above, Levels* levels) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field.is_map()) continue;
    const Visibility level = wire::Stricter(above, LevelOfField(field));
    if (!field.is_repeated()) {
      if (reflection.HasField(message, &field)) AddValue(reflection.GetMessage(message, &field), level, levels);
      continue;
    }
    for (int at = 0; at < reflection.FieldSize(message, &field); ++at) {
      AddValue(reflection.GetRepeatedMessage(message, &field, at), level, levels);
    }
  }
}

Levels LevelsIn(const Message& resource) {
  Levels levels;
  AddLevels(resource, common::v1::PUBLIC, &levels);
  return levels;
}

// The value that one step of a path ("phones[1]") leads to, or null.
Message* ValueAt(std::string_view step, Message* message) {
  const size_t bracket = step.find('[');
  if (bracket == std::string_view::npos || !step.ends_with(']')) return nullptr;
  const std::string name(step.substr(0, bracket));
  const std::string_view digits = step.substr(bracket + 1, step.size() - bracket - 2);
  const FieldDescriptor* field = message->GetDescriptor()->FindFieldByCamelcaseName(name);
  int at = 0;
  if (field == nullptr || !field->is_repeated() || field->is_map() ||
      field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
      !absl::SimpleAtoi(absl::string_view(digits.data(), digits.size()), &at) || at < 0 ||
      at >= message->GetReflection()->FieldSize(*message, field)) {
    return nullptr;
  }
  return message->GetReflection()->MutableRepeatedMessage(message, field, at);
}

}  // namespace

PartShift CompareParts(const Message& before, const Message& after) {
  PartShift shift;
  const Levels then = LevelsIn(before);
  for (const auto& [key, level] : LevelsIn(after)) {
    const auto known = then.find(key);
    if (known == then.end()) continue;
    shift.lowered = shift.lowered || level < known->second;
    shift.raised = shift.raised || level > known->second;
  }
  return shift;
}

bool SetProtection(FieldRule::Part part, Visibility level, Message* resource) {
  const FieldDescriptor* field = ProtectionOf(*resource->GetDescriptor(), part);
  if (field == nullptr) return false;
  resource->GetReflection()->SetEnumValue(resource, field, level);
  return true;
}

bool SetPartProtection(std::string_view path, Visibility level, Message* resource) {
  Message* value = resource;
  while (value != nullptr && !path.empty()) {
    const size_t dot = path.find('.');
    value = ValueAt(path.substr(0, dot), value);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return value != nullptr && value != resource && SetProtection(FieldRule::RECORD_PROTECTION, level, value);
}

}  // namespace schutznetz::record
