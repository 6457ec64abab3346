#include "services/common/wire/testdata/random_message.h"

#include <array>
#include <bit>
#include <cmath>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace schutznetz::wire::test {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

uint64_t RandomMessage::Number() {
  const uint64_t number = random_() | uint64_t{random_()} << 32;
  switch (Below(4)) {
    case 0:
      return Below(3);
    case 1:
      return ~Below(3);
    case 2:
      return number >> Below(64);
    default:
      return number;
  }
}

double RandomMessage::Real() {
  if (Chance(30)) return static_cast<double>(static_cast<int64_t>(Below(2000)) - 1000) / 8;
  const double real = std::bit_cast<double>(Number());
  return std::isfinite(real) ? real : 0.1;
}

std::string RandomMessage::Text() {
  static constexpr std::array<const char*, 14> kPieces{
      "Beratung",         " ", "ä",  "Straße", "\"", "\\", "\n", "<b>&", "€", "\xF0\x9F\x98\x80",
      "0123456789abcdef", "/", "\t", "é"};
  std::string text;
  for (uint64_t i = Below(12); i > 0; --i) text += kPieces[Below(kPieces.size())];
  return text;
}

std::string RandomMessage::Bytes() {
  std::string bytes;
  for (uint64_t i = Below(9); i > 0; --i) bytes.push_back(static_cast<char>(random_()));
  return bytes;
}

bool RandomMessage::FillWellKnown(Message* message) {
  constexpr std::array<int32_t, 4> kNanos{0, 250'000'000, 1'000, 999'999'999};
  if (auto* time = dynamic_cast<google::protobuf::Timestamp*>(message)) {
    time->set_seconds(static_cast<int64_t>(Below(315537897600)) - 62135596800);
    time->set_nanos(kNanos[Below(kNanos.size())]);
    return true;
  }
  if (auto* duration = dynamic_cast<google::protobuf::Duration*>(message)) {
    const int sign = Chance(50) ? 1 : -1;
    duration->set_seconds(sign * static_cast<int64_t>(Below(315576000000)));
    duration->set_nanos(sign * kNanos[Below(kNanos.size())]);
    return true;
  }
  if (auto* mask = dynamic_cast<google::protobuf::FieldMask*>(message)) {
    for (uint64_t i = Below(4); i > 0; --i) mask->add_paths(Chance(50) ? "display_name" : "address.street_name");
    return true;
  }
  return false;
}

void RandomMessage::Fill(Message* message) {
  Fill(message, 0);
  // Reflection adds entries of maps without a look at their keys; reading them back leaves one of each key.
  message->ParseFromString(message->SerializeAsString());
}

void RandomMessage::Fill(Message* message, int depth) {
  if (FillWellKnown(message)) return;
  const google::protobuf::Descriptor& descriptor = *message->GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* const field = descriptor.field(i);
    const bool deep = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && depth > 3;
    if (!deep && Chance(50)) FillField(message, field, depth);
  }
}

void RandomMessage::FillField(Message* message, const FieldDescriptor* field, int depth) {
  if (!field->is_repeated()) return SetSingular(message, field, depth);
  for (uint64_t i = Below(4); i > 0; --i) AddElement(message, field, depth);
}

void RandomMessage::SetSingular(Message* message, const FieldDescriptor* field, int depth) {
  const google::protobuf::Reflection& set = *message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return set.SetInt32(message, field, static_cast<int32_t>(Number()));
    case FieldDescriptor::CPPTYPE_INT64:
      return set.SetInt64(message, field, static_cast<int64_t>(Number()));
    case FieldDescriptor::CPPTYPE_UINT32:
      return set.SetUInt32(message, field, static_cast<uint32_t>(Number()));
    case FieldDescriptor::CPPTYPE_UINT64:
      return set.SetUInt64(message, field, Number());
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set.SetDouble(message, field, Real());
    case FieldDescriptor::CPPTYPE_FLOAT:
      return set.SetFloat(message, field, static_cast<float>(Below(100000)) / 8);
    case FieldDescriptor::CPPTYPE_BOOL:
      return set.SetBool(message, field, Chance(50));
    case FieldDescriptor::CPPTYPE_ENUM:
      return set.SetEnumValue(message, field, Chance(90) ? 1 : 42);
    case FieldDescriptor::CPPTYPE_STRING:
      return set.SetString(message, field, field->type() == FieldDescriptor::TYPE_BYTES ? Bytes() : Text());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Fill(set.MutableMessage(message, field), depth + 1);
  }
}

void RandomMessage::AddElement(Message* message, const FieldDescriptor* field, int depth) {
  const google::protobuf::Reflection& set = *message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return set.AddInt32(message, field, static_cast<int32_t>(Number()));
    case FieldDescriptor::CPPTYPE_INT64:
      return set.AddInt64(message, field, static_cast<int64_t>(Number()));
    case FieldDescriptor::CPPTYPE_UINT32:
      return set.AddUInt32(message, field, static_cast<uint32_t>(Number()));
    case FieldDescriptor::CPPTYPE_UINT64:
      return set.AddUInt64(message, field, Number());
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set.AddDouble(message, field, Real());
    case FieldDescriptor::CPPTYPE_FLOAT:
      return set.AddFloat(message, field, static_cast<float>(Below(100000)) / 8);
    case FieldDescriptor::CPPTYPE_BOOL:
      return set.AddBool(message, field, Chance(50));
    case FieldDescriptor::CPPTYPE_ENUM:
      return set.AddEnumValue(message, field, Chance(90) ? 1 : 42);
    case FieldDescriptor::CPPTYPE_STRING:
      return set.AddString(message, field, field->type() == FieldDescriptor::TYPE_BYTES ? Bytes() : Text());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Fill(set.AddMessage(message, field), depth + 1);
  }
}

}  // namespace schutznetz::wire::test
