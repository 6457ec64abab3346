// Who sets a field, by the option schutznetz.common.v1.field.
#pragma once

#include "google/protobuf/descriptor.h"
#include "schutznetz/common/v1/field_options.pb.h"

namespace schutznetz::wire {

// OUTPUT_ONLY or IDENTIFIER: what a caller sends in it changes nothing.
inline bool IsForServersOnly(const google::protobuf::FieldDescriptor& field) {
  const auto behavior = field.options().GetExtension(common::v1::field).behavior();
  return behavior == common::v1::FieldRule::OUTPUT_ONLY || behavior == common::v1::FieldRule::IDENTIFIER;
}

}  // namespace schutznetz::wire
