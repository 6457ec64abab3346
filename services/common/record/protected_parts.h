// Protections that are stated inside of a resource: its own, its address's, and those of values such as phones.
#pragma once

#include <string_view>

#include "google/protobuf/message.h"
#include "schutznetz/common/v1/field_options.pb.h"
#include "services/common/wire/visibility.h"

namespace schutznetz::record {

// What became of the protections of values between two states of a resource. A value is told by its first field (a
// phone by its number), or by all it says; in whichever list it stands, it counts as open as it is said most openly.
struct PartShift {
  bool lowered = false;
  bool raised = false;
};
PartShift CompareParts(const google::protobuf::Message& before, const google::protobuf::Message& after);

// Sets the protection of the record or of its address. False: the resource has none such.
bool SetProtection(common::v1::FieldRule::Part part, wire::Visibility level, google::protobuf::Message* resource);

// Sets the protection of the value at `path`, JSON names and places from 0: "phones[1]", "contacts[0].phones[2]".
// False: there is no such value, or it has none.
bool SetPartProtection(std::string_view path, wire::Visibility level, google::protobuf::Message* resource);

}  // namespace schutznetz::record
