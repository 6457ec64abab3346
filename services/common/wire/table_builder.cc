// From descriptors to tables.
#include <cstring>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "services/common/errors/macros.h"
#include "services/common/wire/codec.h"
#include "services/common/wire/field_behavior.h"
#include "services/common/wire/json.h"
#include "services/common/wire/table.h"

namespace schutznetz::wire {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int kOneofMax = 64;

const std::map<std::string, WellKnown>& WellKnownTypes() {
  static const auto* const types = new std::map<std::string, WellKnown>{
      {"google.protobuf.Timestamp", WellKnown::kTimestamp},
      {"google.protobuf.Duration", WellKnown::kDuration},
      {"google.protobuf.FieldMask", WellKnown::kFieldMask},
      {"google.protobuf.Empty", WellKnown::kEmpty},
      {"google.protobuf.Any", WellKnown::kAny},
      {"google.protobuf.DoubleValue", WellKnown::kWrapper},
      {"google.protobuf.FloatValue", WellKnown::kWrapper},
      {"google.protobuf.Int64Value", WellKnown::kWrapper},
      {"google.protobuf.UInt64Value", WellKnown::kWrapper},
      {"google.protobuf.Int32Value", WellKnown::kWrapper},
      {"google.protobuf.UInt32Value", WellKnown::kWrapper},
      {"google.protobuf.BoolValue", WellKnown::kWrapper},
      {"google.protobuf.StringValue", WellKnown::kWrapper},
      {"google.protobuf.BytesValue", WellKnown::kWrapper},
  };
  return *types;
}

bool IsFreeForm(const std::string& full_name) {
  return full_name == "google.protobuf.Struct" || full_name == "google.protobuf.Value" ||
         full_name == "google.protobuf.ListValue";
}

FieldType TypeOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_DOUBLE:
      return FieldType::kDouble;
    case FieldDescriptor::TYPE_FLOAT:
      return FieldType::kFloat;
    case FieldDescriptor::TYPE_INT64:
      return FieldType::kInt64;
    case FieldDescriptor::TYPE_UINT64:
      return FieldType::kUint64;
    case FieldDescriptor::TYPE_INT32:
      return FieldType::kInt32;
    case FieldDescriptor::TYPE_FIXED64:
      return FieldType::kFixed64;
    case FieldDescriptor::TYPE_FIXED32:
      return FieldType::kFixed32;
    case FieldDescriptor::TYPE_BOOL:
      return FieldType::kBool;
    case FieldDescriptor::TYPE_STRING:
      return FieldType::kString;
    case FieldDescriptor::TYPE_BYTES:
      return FieldType::kBytes;
    case FieldDescriptor::TYPE_UINT32:
      return FieldType::kUint32;
    case FieldDescriptor::TYPE_ENUM:
      return FieldType::kEnum;
    case FieldDescriptor::TYPE_SFIXED32:
      return FieldType::kSfixed32;
    case FieldDescriptor::TYPE_SFIXED64:
      return FieldType::kSfixed64;
    case FieldDescriptor::TYPE_SINT32:
      return FieldType::kSint32;
    case FieldDescriptor::TYPE_SINT64:
      return FieldType::kSint64;
    case FieldDescriptor::TYPE_GROUP:
    case FieldDescriptor::TYPE_MESSAGE:
      break;
  }
  return FieldType::kMessage;
}

WireType WireTypeOf(FieldType type) {
  switch (type) {
    case FieldType::kDouble:
    case FieldType::kFixed64:
    case FieldType::kSfixed64:
      return WireType::kFixed64;
    case FieldType::kFloat:
    case FieldType::kFixed32:
    case FieldType::kSfixed32:
      return WireType::kFixed32;
    case FieldType::kString:
    case FieldType::kBytes:
    case FieldType::kMessage:
      return WireType::kBytes;
    default:
      return WireType::kVarint;
  }
}

Cardinality CardinalityOf(const FieldDescriptor& field) {
  if (field.is_map()) return Cardinality::kMap;
  if (field.is_repeated()) return Cardinality::kRepeated;
  return field.has_presence() ? Cardinality::kExplicit : Cardinality::kImplicit;
}

Part PartOf(const FieldDescriptor& field) {
  switch (field.options().GetExtension(common::v1::field).part()) {
    case common::v1::FieldRule::RECORD_PROTECTION:
      return Part::kRecordProtection;
    case common::v1::FieldRule::ADDRESS_PROTECTION:
      return Part::kAddressProtection;
    case common::v1::FieldRule::ADDRESS:
      return Part::kAddress;
    default:
      return Part::kNone;
  }
}

// Messages of others carry no options, entries of maps cannot: they are as visible as the field that holds them.
Visibility VisibilityOf(const FieldDescriptor& field) {
  const Descriptor& owner = *field.containing_type();
  if (owner.options().map_entry() || absl::StartsWith(owner.full_name(), "google.")) return common::v1::PUBLIC;
  const Visibility stated = field.options().GetExtension(common::v1::visibility);
  return stated == common::v1::VISIBILITY_UNSPECIFIED ? common::v1::NETWORK : stated;
}

// Bytes fields that state a larger limit may pass the gate's limit for strings, as base64.
uint32_t JsonBytesMaxOf(const FieldDescriptor& field) {
  const uint32_t gate = static_cast<uint32_t>(kJsonStringBytesMax);
  if (field.type() != FieldDescriptor::TYPE_BYTES) return gate;
  const int32_t stated = std::max(field.options().GetExtension(common::v1::field).max_bytes(), 0);
  return std::max(gate, (static_cast<uint32_t>(stated) + 2) / 3 * 4);
}

absl::Status Refuse(const FieldDescriptor& field, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(field.full_name(), ": ", absl::string_view(why.data(), why.size())));
}

absl::Status CheckField(const FieldDescriptor& field) {
  if (field.type() == FieldDescriptor::TYPE_GROUP) return Refuse(field, "groups are not supported");
  if (field.real_containing_oneof() != nullptr && field.real_containing_oneof()->index() >= kOneofMax) {
    return Refuse(field, "more than 64 oneofs in a message");
  }
  if (field.message_type() != nullptr) {
    if (IsFreeForm(field.message_type()->full_name())) return Refuse(field, "free-form JSON is not accepted");
    const bool any = field.message_type()->full_name() == "google.protobuf.Any";
    if (any && field.containing_type()->full_name() != "google.rpc.Status") {
      return Refuse(field, "google.protobuf.Any is accepted in google.rpc.Status only");
    }
  }
  const Part part = PartOf(field);
  const bool protection = part == Part::kRecordProtection || part == Part::kAddressProtection;
  if (protection && (field.is_repeated() || field.enum_type() == nullptr ||
                     field.enum_type()->full_name() != "schutznetz.common.v1.Visibility")) {
    return Refuse(field, "a protection must be a singular Visibility");
  }
  return absl::OkStatus();
}

}  // namespace

class TableBuilder {
 public:
  absl::StatusOr<const MessageTable*> Message(const Descriptor& descriptor) {
    auto [entry, is_new] = tables_->messages_.try_emplace(descriptor.full_name());
    if (!is_new) return entry->second.get();
    entry->second = std::make_unique<MessageTable>();
    MessageTable* const table = entry->second.get();
    RETURN_IF_ERROR(Fill(descriptor, table));
    return table;
  }

  std::unique_ptr<const Tables> Take() { return std::move(tables_); }

 private:
  absl::Status Fill(const Descriptor& descriptor, MessageTable* table) {
    if (descriptor.file()->syntax() != google::protobuf::FileDescriptor::SYNTAX_PROTO3) {
      return absl::InvalidArgumentError(absl::StrCat(descriptor.full_name(), ": only proto3 files are supported"));
    }
    table->full_name_ = descriptor.full_name();
    const auto well_known = WellKnownTypes().find(descriptor.full_name());
    if (well_known != WellKnownTypes().end()) table->well_known_ = well_known->second;
    table->oneof_count_ = descriptor.real_oneof_decl_count();
    std::map<int, const FieldDescriptor*> by_number;
    for (int i = 0; i < descriptor.field_count(); ++i) by_number[descriptor.field(i)->number()] = descriptor.field(i);
    table->fields_.reserve(by_number.size());
    for (const auto& [number, field] : by_number) {
      RETURN_IF_ERROR(CheckField(*field));
      ASSIGN_OR_RETURN(Field made, MakeField(*field));
      made.index = static_cast<uint16_t>(table->fields_.size());
      table->fields_.push_back(std::move(made));
    }
    table->IndexNumbers();
    table->IndexNames();
    NoteProtections(table);
    return absl::OkStatus();
  }

  absl::StatusOr<Field> MakeField(const FieldDescriptor& from) {
    Field field;
    field.number = static_cast<uint32_t>(from.number());
    field.type = TypeOf(from);
    field.wire_type = WireTypeOf(field.type);
    field.cardinality = CardinalityOf(from);
    field.part = PartOf(from);
    field.packed = from.is_packed();
    if (from.real_containing_oneof() != nullptr)
      field.oneof = static_cast<int16_t>(from.real_containing_oneof()->index());
    field.visibility = VisibilityOf(from);
    field.only_servers = IsForServersOnly(from);
    field.json_bytes_max = JsonBytesMaxOf(from);
    field.name = from.name();
    field.json_name = from.json_name();
    field.json_key = absl::StrCat(",\"", from.json_name(), "\":");
    if (field.json_key.size() <= sizeof field.short_key) {
      std::memcpy(field.short_key, field.json_key.data(), field.json_key.size());
    }
    field.tag_size = PutTag(field, field.packed ? WireType::kBytes : field.wire_type, field.tag);
    field.element_tag_size = PutTag(field, field.wire_type, field.element_tag);
    if (from.enum_type() != nullptr) field.enumeration = Enum(*from.enum_type());
    if (from.message_type() != nullptr) {
      ASSIGN_OR_RETURN(field.message, Message(*from.message_type()));
    }
    return field;
  }

  static uint8_t PutTag(const Field& field, WireType type, char* tag) {
    return static_cast<uint8_t>(WriteVarint(uint64_t{field.number} << 3 | static_cast<uint64_t>(type), tag) - tag);
  }

  const EnumTable* Enum(const google::protobuf::EnumDescriptor& descriptor) {
    auto [entry, is_new] = tables_->enums_.try_emplace(descriptor.full_name());
    if (is_new) entry->second = std::make_unique<EnumTable>(descriptor);
    return entry->second.get();
  }

  static void NoteProtections(MessageTable* table) {
    for (const Field& field : table->fields_) {
      if (field.part == Part::kRecordProtection) table->record_protection_ = &field;
      if (field.part == Part::kAddressProtection) table->address_protection_ = &field;
    }
  }

  std::unique_ptr<Tables> tables_ = std::make_unique<Tables>();
};

absl::StatusOr<std::unique_ptr<const Tables>> Tables::Build(std::span<const Descriptor* const> roots) {
  TableBuilder builder;
  for (const Descriptor* root : roots) {
    absl::StatusOr<const MessageTable*> table = builder.Message(*root);
    if (!table.ok()) return table.status();
  }
  return builder.Take();
}

absl::StatusOr<std::unique_ptr<const Tables>> Tables::Build(std::initializer_list<const Descriptor*> roots) {
  return Build(std::span<const Descriptor* const>(roots.begin(), roots.size()));
}

}  // namespace schutznetz::wire
