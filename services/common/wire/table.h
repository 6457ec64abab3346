// Flat tables that describe messages: made once at start from descriptors, then read by every walker over wire bytes
// (projection by visibility, JSON out and in, transcoding). No descriptor is touched after the build.
//
//   ASSIGN_OR_RETURN(auto tables, wire::Tables::Build({directory::v1::Service::descriptor()}));
//   const wire::MessageTable* service = tables->Find("schutznetz.directory.v1.Service");
//
// All classes here are immutable after the build and therefore thread safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/wire/name_index.h"
#include "services/common/wire/visibility.h"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace schutznetz::wire {

class MessageTable;

// How a value is coded; the protobuf types, without groups.
enum class FieldType : uint8_t {
  kDouble,
  kFloat,
  kInt32,
  kInt64,
  kUint32,
  kUint64,
  kSint32,
  kSint64,
  kFixed32,
  kFixed64,
  kSfixed32,
  kSfixed64,
  kBool,
  kEnum,
  kString,
  kBytes,
  kMessage
};

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

enum class Cardinality : uint8_t {
  kImplicit,  // proto3 scalar: the default value is absence
  kExplicit,  // optional, oneof member or message: presence counts
  kRepeated,
  kMap,
};

// Messages with a JSON form of their own. Struct, Value and ListValue are not in the list: Build refuses them.
enum class WellKnown : uint8_t { kNone, kTimestamp, kDuration, kFieldMask, kEmpty, kWrapper, kAny };

enum class Part : uint8_t { kNone, kRecordProtection, kAddressProtection, kAddress };

// Names and numbers of an enum.
class EnumTable {
 public:
  explicit EnumTable(const google::protobuf::EnumDescriptor& descriptor);

  // The JSON form (with quotes) of a number, or empty for an unknown number. The first name wins among aliases.
  std::string_view QuotedName(int32_t number) const {
    const uint32_t index = static_cast<uint32_t>(number);
    return index < dense_.size() ? std::string_view(dense_[index]) : SparseName(number);
  }
  // The number of a name (aliases included), or null.
  const int32_t* Number(std::string_view name) const { return by_name_.Find(name); }
  // The first names in number order, with commas, for messages to people.
  const std::string& NameList() const { return name_list_; }

 private:
  std::string_view SparseName(int32_t number) const;

  std::vector<std::string> dense_;                       // by number, for 0..255
  std::vector<std::pair<int32_t, std::string>> sparse_;  // sorted by number, the rest
  std::vector<std::string> value_names_;
  NameIndex by_name_;  // names stand in value_names_
  std::string name_list_;
};

// One field of a message.
struct Field {
  uint32_t number = 0;
  FieldType type = FieldType::kInt32;
  WireType wire_type = WireType::kVarint;  // of a single element
  Cardinality cardinality = Cardinality::kImplicit;
  Part part = Part::kNone;
  uint32_t json_bytes_max =
      0;                // longest JSON string of one value; more than the gate's limit only for large bytes fields
  bool packed = false;  // a repeated field written packed (both forms are read)
  bool only_servers = false;  // OUTPUT_ONLY or IDENTIFIER: what a caller sends in it changes nothing
  int16_t oneof = -1;         // index of the real oneof it belongs to, or -1
  uint16_t index = 0;         // position in MessageTable::fields()
  uint8_t tag_size = 0;       // bytes in tag
  char tag[5] = {};           // the encoded tag (of the packed form where packed)
  uint8_t element_tag_size = 0;
  char element_tag[5] = {};                     // of a single element
  Visibility visibility = common::v1::NETWORK;  // the option; no option counts as NETWORK
  const MessageTable* message = nullptr;        // kMessage: its table (for maps: that of the entry)
  const EnumTable* enumeration = nullptr;       // kEnum
  std::string name;                             // display_name
  std::string json_name;                        // displayName
  std::string json_key;                         // ,"displayName":
  char short_key[32];                           // the same when it fits, so that it is copied at one stroke

  std::string_view encoded_tag() const { return {tag, tag_size}; }
  std::string_view encoded_element_tag() const { return {element_tag, element_tag_size}; }
  bool repeated() const { return cardinality >= Cardinality::kRepeated; }
  bool map() const { return cardinality == Cardinality::kMap; }
  // Of a map field: key and value.
  const Field& map_key() const;
  const Field& map_value() const;
};

// One message.
class MessageTable {
 public:
  const std::string& full_name() const { return full_name_; }
  std::span<const Field> fields() const { return fields_; }  // in field-number order
  WellKnown well_known() const { return well_known_; }
  int oneof_count() const { return oneof_count_; }
  // The fields that hold the protection of the record and of its address, or null.
  const Field* record_protection() const { return record_protection_; }
  const Field* address_protection() const { return address_protection_; }

  // The field with this number, or null.
  const Field* ByNumber(uint32_t number) const {
    if (number < dense_.size()) {
      const uint16_t index = dense_[number];
      return index == kNone ? nullptr : &fields_[index];
    }
    return SparseByNumber(number);
  }
  // The field with this JSON name or original name, or null.
  const Field* ByName(std::string_view name) const {
    const int32_t* const index = names_.Find(name);
    return index == nullptr ? nullptr : &fields_[static_cast<size_t>(*index)];
  }

 private:
  friend class TableBuilder;
  static constexpr uint16_t kNone = 0xffff;
  const Field* SparseByNumber(uint32_t number) const;
  void IndexNumbers();
  void IndexNames();

  std::string full_name_;
  std::vector<Field> fields_;
  std::vector<uint16_t> dense_;  // number -> index, for small numbers
  NameIndex names_;
  const Field* record_protection_ = nullptr;
  const Field* address_protection_ = nullptr;
  WellKnown well_known_ = WellKnown::kNone;
  int oneof_count_ = 0;
};

// The tables of a set of messages and of everything they refer to.
class Tables {
 public:
  // Tables for `roots` and all messages reachable from them. Descriptors must outlive the call only.
  // INVALID_ARGUMENT, naming the field: groups, proto2 files, google.protobuf.Struct, Value or ListValue, or Any
  // outside google.rpc.Status; a protection part on a field that is not a singular Visibility.
  static absl::StatusOr<std::unique_ptr<const Tables>> Build(
      std::span<const google::protobuf::Descriptor* const> roots);
  static absl::StatusOr<std::unique_ptr<const Tables>> Build(
      std::initializer_list<const google::protobuf::Descriptor*> roots);

  // The table of a message, or null. Not for the request path: keep the pointer, it lives as long as this object.
  const MessageTable* Find(std::string_view full_name) const;

 private:
  friend class TableBuilder;
  std::unordered_map<std::string, std::unique_ptr<MessageTable>> messages_;  // by full name
  std::unordered_map<std::string, std::unique_ptr<EnumTable>> enums_;
};

// Every walker refuses messages nested deeper than this.
inline constexpr int kMessageDepthMax = 64;

}  // namespace schutznetz::wire
