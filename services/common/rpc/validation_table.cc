#include "services/common/rpc/validation_table.h"

namespace schutznetz::rpc {
namespace {

using common::v1::FieldRule;
using google::protobuf::FieldDescriptor;

constexpr size_t kStringBytesMax = 1000;
constexpr int kItemsMax = 50;

FieldCheck::Special SpecialOf(const FieldDescriptor* field) {
  if (field->name() == "page_size") return FieldCheck::Special::kPageSize;
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return FieldCheck::Special::kNone;
  const std::string& type = field->message_type()->full_name();
  if (type == "google.protobuf.FieldMask") return FieldCheck::Special::kUpdateMask;
  if (type == "google.protobuf.Timestamp") return FieldCheck::Special::kTimestamp;
  if (type == "google.protobuf.Duration") return FieldCheck::Special::kDuration;
  return FieldCheck::Special::kNone;
}

bool IsNumber(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return true;
    default:
      return false;
  }
}

// What is wrong with the options themselves; empty when they can be enforced.
std::string_view OptionFault(const FieldDescriptor* field, const FieldRule& rule, FieldCheck::Special special) {
  const bool is_string = field->type() == FieldDescriptor::TYPE_STRING;
  if (!is_string && rule.format() != FieldRule::FORMAT_UNSPECIFIED) return "A format needs a string.";
  if (rule.format() == FieldRule::RESOURCE_NAME && rule.reference().empty()) return "RESOURCE_NAME needs a reference.";
  if (field->type() == FieldDescriptor::TYPE_BYTES && rule.max_bytes() <= 0) return "bytes need max_bytes.";
  if ((rule.has_minimum() || rule.has_maximum()) && !IsNumber(field)) return "minimum and maximum need a number.";
  if (rule.max_items() > 0 && !field->is_repeated()) return "max_items needs a repeated field.";
  if (special == FieldCheck::Special::kPageSize &&
      (field->cpp_type() != FieldDescriptor::CPPTYPE_INT32 || field->is_repeated())) {
    return "page_size must be an int32.";
  }
  return {};
}

bool IsOfThisProject(const google::protobuf::Descriptor* message) {
  constexpr std::string_view kForeign = "google.";
  return std::string_view(message->full_name()).substr(0, kForeign.size()) != kForeign;
}

}  // namespace

const MessageChecks* CheckTable::Add(const google::protobuf::Descriptor* descriptor,
                                     std::vector<errors::FieldViolation>* faults) {
  std::unique_ptr<MessageChecks>& entry = messages_[descriptor];
  if (entry != nullptr) return entry.get();
  entry = std::make_unique<MessageChecks>();
  MessageChecks* checks = entry.get();  // before the recursion below
  checks->descriptor = descriptor;
  for (int i = 0; i < descriptor->field_count(); ++i) checks->fields.push_back(Compile(descriptor->field(i), faults));
  return checks;
}

FieldCheck CheckTable::Compile(const FieldDescriptor* field, std::vector<errors::FieldViolation>* faults) {
  FieldCheck check;
  check.field = field;
  check.rule = field->options().GetExtension(common::v1::field);
  check.special = SpecialOf(field);
  check.bytes_max = check.rule.max_bytes() > 0 ? static_cast<size_t>(check.rule.max_bytes()) : kStringBytesMax;
  check.items_max = check.rule.max_items() > 0 ? check.rule.max_items() : kItemsMax;
  if (const std::string_view fault = OptionFault(field, check.rule, check.special); !fault.empty()) {
    faults->push_back({field->full_name(), std::string(fault)});
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && IsOfThisProject(field->message_type())) {
    check.nested = Add(field->message_type(), faults);
  }
  return check;
}

}  // namespace schutznetz::rpc
