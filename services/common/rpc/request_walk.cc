#include "services/common/rpc/request_walk.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "services/common/rpc/formats.h"
#include "services/common/rpc/resource_name.h"
#include "services/common/rpc/validation.h"
#include "services/common/wire/field_behavior.h"

namespace schutznetz::rpc {
namespace {

using common::v1::FieldRule;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMaskPathsMax = 200;

bool IsRequired(FieldRule::Behavior behavior) {
  return behavior == FieldRule::REQUIRED || behavior == FieldRule::REQUIRED_IMMUTABLE;
}

// Whether a singular field that tells absence from zero is absent; false where the two look the same.
bool IsMissing(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) return reflection->FieldSize(message, field) == 0;
  if (field->has_presence()) return !reflection->HasField(message, field);
  const bool zero_is_absent =
      field->cpp_type() == FieldDescriptor::CPPTYPE_STRING || field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
  return zero_is_absent && !reflection->HasField(message, field);
}

double NumberAt(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection* r = message.GetReflection();
  const bool one = index < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return one ? r->GetInt32(message, field) : r->GetRepeatedInt32(message, field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(one ? r->GetInt64(message, field) : r->GetRepeatedInt64(message, field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return one ? r->GetUInt32(message, field) : r->GetRepeatedUInt32(message, field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(one ? r->GetUInt64(message, field) : r->GetRepeatedUInt64(message, field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return one ? r->GetFloat(message, field) : r->GetRepeatedFloat(message, field, index);
    default:
      return one ? r->GetDouble(message, field) : r->GetRepeatedDouble(message, field, index);
  }
}

// The ranges of google.protobuf.Timestamp and Duration, read by field number: both have seconds = 1 and nanos = 2.
bool IsTimeInRange(const Message& time, int64_t seconds_min, int64_t seconds_max, int32_t nanos_min) {
  const auto* descriptor = time.GetDescriptor();
  const int64_t seconds = time.GetReflection()->GetInt64(time, descriptor->FindFieldByNumber(1));
  const int32_t nanos = time.GetReflection()->GetInt32(time, descriptor->FindFieldByNumber(2));
  if (seconds < seconds_min || seconds > seconds_max || nanos < nanos_min || nanos > 999'999'999) return false;
  return nanos_min == 0 || seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
}

std::string_view View(const std::string& text) { return text; }

}  // namespace

void RequestWalk::Check(const MessageChecks& checks, Message* request) {
  CheckMessage(checks, request, Place(), Coverage());
}

RequestWalk::Coverage RequestWalk::Coverage::For(const std::string& field) const {
  if (kind != Kind::kPaths) return {kind, {}};
  Coverage inner = {Kind::kNone, {}};
  for (const std::string_view path : paths) {
    if (path == "*" || path == field) return {Kind::kAll, {}};
    if (path.size() > field.size() && path.substr(0, field.size()) == field && path[field.size()] == '.') {
      inner.kind = Kind::kPaths;
      inner.paths.push_back(path.substr(field.size() + 1));
    }
  }
  return inner;
}

// No mask means: every field that is set, so nothing that is missing is asked for.
RequestWalk::Coverage RequestWalk::CoverageOfResource(const Message& request) const {
  Coverage coverage = {Coverage::Kind::kPaths, {}};
  const auto& mask = static_cast<const FieldMask&>(request.GetReflection()->GetMessage(request, shape_.mask));
  for (const std::string& path : mask.paths()) coverage.paths.push_back(path);
  if (!coverage.paths.empty()) return coverage;
  const Message& resource = request.GetReflection()->GetMessage(request, shape_.resource);
  std::vector<const FieldDescriptor*> set;
  resource.GetReflection()->ListFields(resource, &set);
  for (const FieldDescriptor* field : set) coverage.paths.push_back(View(field->name()));
  return coverage;
}

void RequestWalk::CheckMessage(const MessageChecks& checks, Message* message, const Place& place,
                               const Coverage& coverage) {
  const Reflection* reflection = message->GetReflection();
  // Unknown fields would be stored and carried along unseen by every rule.
  if (!reflection->GetUnknownFields(*message).empty()) reflection->MutableUnknownFields(message)->Clear();
  for (const FieldCheck& check : checks.fields) {
    if (violations_.size() >= kViolationsMax) return;
    const Place here = {place.field == nullptr ? nullptr : &place, check.field, -1, place.depth + 1};
    if (check.field == shape_.resource) {
      CheckField(check, message, here, CoverageOfResource(*message));
    } else {
      CheckField(check, message, here, place.field == nullptr ? Coverage() : coverage);
    }
  }
}

void RequestWalk::CheckField(const FieldCheck& check, Message* message, const Place& place, const Coverage& coverage) {
  const FieldRule::Behavior behavior = check.rule.behavior();
  // Identifiers stand directly in the resource: depth 2 of the request.
  const bool clear =
      behavior == FieldRule::OUTPUT_ONLY || (behavior == FieldRule::IDENTIFIER && shape_.is_create && place.depth == 2);
  if (clear) return message->GetReflection()->ClearField(message, check.field);
  if (check.special == FieldCheck::Special::kPageSize) return CheckPageSize(check, message, place);
  CheckPresence(check, *message, place, coverage);
  if (check.field->is_repeated()) {
    CheckRepeated(check, message, place, coverage);
  } else if (message->GetReflection()->HasField(*message, check.field)) {
    CheckSingular(check, message, place, coverage);
  }
}

void RequestWalk::CheckPresence(const FieldCheck& check, const Message& message, const Place& place,
                                const Coverage& coverage) {
  const bool required_identifier =
      check.rule.behavior() == FieldRule::IDENTIFIER && place.depth == 2 && shape_.mask != nullptr;
  const bool required =
      IsRequired(check.rule.behavior()) &&
      (check.field == shape_.resource || coverage.For(check.field->name()).kind == Coverage::Kind::kAll);
  if ((required || required_identifier) && IsMissing(message, check.field)) Report(place, "Must be set.");
}

void RequestWalk::CheckRepeated(const FieldCheck& check, Message* message, const Place& place,
                                const Coverage& coverage) {
  const Reflection* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, check.field);
  if (size > check.items_max) {
    return Report(place, absl::StrCat("Must have at most ", check.items_max, " elements."));
  }
  for (int i = 0; i < size; ++i) {
    Place here = place;
    here.index = i;
    switch (check.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        Message* element = reflection->MutableRepeatedMessage(message, check.field, i);
        if (check.nested != nullptr) CheckMessage(*check.nested, element, here, coverage.For(check.field->name()));
        break;
      }
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        const std::string& text = reflection->GetRepeatedStringReference(*message, check.field, i, &scratch);
        if (text.empty() && !check.field->containing_type()->options().map_entry()) {
          Report(here, "Must not be empty.");
        } else {
          CheckString(check, text, here);
        }
        break;
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        CheckEnum(check, reflection->GetRepeatedEnumValue(*message, check.field, i), here);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        break;
      default:
        CheckNumber(check, NumberAt(*message, check.field, i), here);
    }
  }
}

void RequestWalk::CheckSingular(const FieldCheck& check, Message* message, const Place& place,
                                const Coverage& coverage) {
  const Reflection* reflection = message->GetReflection();
  switch (check.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CheckNestedMessage(check, message, place, coverage);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text = reflection->GetStringReference(*message, check.field, &scratch);
      if (!text.empty()) CheckString(check, text, place);
      return;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return CheckEnum(check, reflection->GetEnumValue(*message, check.field), place);
    case FieldDescriptor::CPPTYPE_BOOL:
      return;
    default:
      return CheckNumber(check, NumberAt(*message, check.field, -1), place);
  }
}

void RequestWalk::CheckNestedMessage(const FieldCheck& check, Message* message, const Place& place,
                                     const Coverage& coverage) {
  const Reflection* reflection = message->GetReflection();
  const Message& nested = reflection->GetMessage(*message, check.field);
  if (check.special == FieldCheck::Special::kTimestamp) {
    if (!IsTimeInRange(nested, -62'135'596'800, 253'402'300'799, 0)) Report(place, "Must be a time from 0001 to 9999.");
  } else if (check.special == FieldCheck::Special::kDuration) {
    if (!IsTimeInRange(nested, -315'576'000'000, 315'576'000'000, -999'999'999))
      Report(place, "Must be a valid duration.");
  } else if (check.field == shape_.mask) {
    CheckMask(static_cast<const FieldMask&>(nested), place);
  } else if (check.nested != nullptr) {
    const bool is_resource = check.field == shape_.resource;
    CheckMessage(*check.nested, reflection->MutableMessage(message, check.field), place,
                 is_resource ? coverage : coverage.For(check.field->name()));
  }
}

void RequestWalk::CheckString(const FieldCheck& check, std::string_view text, const Place& place) {
  if (text.size() > check.bytes_max) {
    return Report(place, absl::StrCat("Must be at most ", check.bytes_max, " bytes long."));
  }
  if (check.field->type() == FieldDescriptor::TYPE_BYTES) return;
  const bool is_name = check.rule.behavior() == FieldRule::IDENTIFIER && !check.rule.reference().empty();
  const FieldRule::Format format = is_name ? FieldRule::RESOURCE_NAME : check.rule.format();
  if (const std::string_view fault = FormatFault(format, check.rule.reference(), text); !fault.empty())
    Report(place, fault);
}

void RequestWalk::CheckNumber(const FieldCheck& check, double number, const Place& place) {
  const FieldRule& rule = check.rule;
  if (!std::isfinite(number)) return Report(place, "Must be a finite number.");
  if (rule.has_minimum() && number < rule.minimum()) {
    Report(place, absl::StrCat("Must be at least ", rule.minimum(), "."));
  } else if (rule.has_maximum() && number > rule.maximum()) {
    Report(place, absl::StrCat("Must be at most ", rule.maximum(), "."));
  }
}

void RequestWalk::CheckEnum(const FieldCheck& check, int number, const Place& place) {
  if (check.field->enum_type()->FindValueByNumber(number) == nullptr) Report(place, "Must be one of the known values.");
}

void RequestWalk::CheckPageSize(const FieldCheck& check, Message* message, const Place& place) {
  const Reflection* reflection = message->GetReflection();
  const int size = reflection->GetInt32(*message, check.field);
  if (size < 0) return Report(place, "Must not be negative.");
  reflection->SetInt32(message, check.field, size == 0 ? kPageSizeDefault : std::min(size, kPageSizeMax));
}

void RequestWalk::CheckMask(const FieldMask& mask, const Place& place) {
  if (mask.paths_size() > kMaskPathsMax)
    return Report(place, absl::StrCat("Must have at most ", kMaskPathsMax, " paths."));
  for (const std::string& path : mask.paths()) {
    if (path == "*" && mask.paths_size() > 1) {
      Report(place, "The path * must stand alone.");
    } else if (path != "*") {
      if (const std::string_view fault = MaskPathFault(path); !fault.empty()) Report(place, fault);
    }
  }
}

std::string_view RequestWalk::MaskPathFault(std::string_view path) const {
  const auto* message = shape_.resource->message_type();
  while (true) {
    const size_t dot = path.find('.');
    const FieldDescriptor* field = message->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr) return "Names a field that the resource does not have.";
    if (wire::IsForServersOnly(*field)) return "Names a field that only the server sets.";
    if (dot == std::string_view::npos) return {};
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated()) {
      return "Goes into a field that has no fields of its own; name the whole field.";
    }
    message = field->message_type();
    path.remove_prefix(dot + 1);
  }
}

void RequestWalk::Report(const Place& place, std::string_view description) {
  if (violations_.size() >= kViolationsMax) return;
  std::string path;
  for (const Place* at = &place; at != nullptr; at = at->parent) {
    const std::string index = at->index < 0 ? std::string() : absl::StrCat("[", at->index, "]");
    path = absl::StrCat(at->field->json_name(), index, path.empty() ? "" : ".", path);
  }
  violations_.push_back({std::move(path), std::string(description)});
}

}  // namespace schutznetz::rpc
