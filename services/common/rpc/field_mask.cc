#include "services/common/rpc/field_mask.h"

#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "schutznetz/common/v1/field_options.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/wire/field_behavior.h"

namespace schutznetz::rpc {
namespace {

using common::v1::FieldRule;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

FieldRule::Behavior BehaviorOf(const FieldDescriptor* field) {
  return field->options().GetExtension(common::v1::field).behavior();
}

bool IsSet(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  return field->is_repeated() ? reflection->FieldSize(message, field) > 0 : reflection->HasField(message, field);
}

// Moves one field of `*spare`, a copy of the source, to `*target`; clears it there when the source has none. Swapping
// moves a value without naming its type.
void TakeField(const FieldDescriptor* field, Message* spare, Message* target) {
  target->GetReflection()->ClearField(target, field);
  if (IsSet(*spare, field)) target->GetReflection()->SwapFields(target, spare, {field});
}

std::unique_ptr<Message> CopyOf(const Message& source) {
  std::unique_ptr<Message> copy(source.New());
  copy->CopyFrom(source);
  return copy;
}

void CopyPath(std::string_view path, const Message& source, Message* target) {
  const size_t dot = path.find('.');
  const FieldDescriptor* field = source.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr || wire::IsForServersOnly(*field)) return;
  if (dot == std::string_view::npos) return TakeField(field, CopyOf(source).get(), target);
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated()) return;
  CopyPath(path.substr(dot + 1), source.GetReflection()->GetMessage(source, field),
           target->GetReflection()->MutableMessage(target, field));
}

void CopyAll(const Message& source, bool only_set, Message* target) {
  const auto* descriptor = source.GetDescriptor();
  const std::unique_ptr<Message> spare = CopyOf(source);
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (wire::IsForServersOnly(*field) || (only_set && !IsSet(source, field))) continue;
    TakeField(field, spare.get(), target);
  }
}

bool FieldEquals(const Message& before, const Message& after, const FieldDescriptor* field) {
  google::protobuf::util::MessageDifferencer differencer;
  return differencer.CompareWithFields(before, after, {field}, {field});
}

}  // namespace

void ApplyMask(const google::protobuf::FieldMask& mask, const Message& source, Message* target) {
  if (mask.paths().empty()) return CopyAll(source, /*only_set=*/true, target);
  for (const std::string& path : mask.paths()) {
    if (path == "*") {
      CopyAll(source, /*only_set=*/false, target);
    } else {
      CopyPath(path, source, target);
    }
  }
}

absl::Status CheckImmutable(const Message& before, const Message& after, std::string_view prefix) {
  const auto* descriptor = before.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    const std::string path = absl::StrCat(absl::string_view(prefix.data(), prefix.size()), field->json_name());
    const FieldRule::Behavior behavior = BehaviorOf(field);
    if (behavior == FieldRule::IMMUTABLE || behavior == FieldRule::REQUIRED_IMMUTABLE) {
      if (!FieldEquals(before, after, field)) return errors::ImmutableField(path);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated() && IsSet(before, field)) {
      const Reflection* reflection = before.GetReflection();
      RETURN_IF_ERROR(
          CheckImmutable(reflection->GetMessage(before, field), reflection->GetMessage(after, field), path + "."));
    }
  }
  return absl::OkStatus();
}

}  // namespace schutznetz::rpc
