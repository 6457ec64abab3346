// Update masks (AIP-134, 161).
#pragma once

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace schutznetz::rpc {

// Copies what `mask` names from `source` to `*target`, two messages of one type.
//   a path     that field: set, replaced (repeated and map fields as a whole) or, when absent in `source`, cleared
//   a.b        only b inside a; `a` is made when missing
//   "*"        full replacement
//   no path    every field that is set in `source`
// OUTPUT_ONLY and IDENTIFIER fields of `*target` always stay as they are. Paths are proto names; the guard chain has
// refused unknown ones, and here they are ignored.
void ApplyMask(const google::protobuf::FieldMask& mask, const google::protobuf::Message& source,
               google::protobuf::Message* target);

// Whether `after` keeps every IMMUTABLE and REQUIRED_IMMUTABLE field of `before`, also in nested singular messages.
// INVALID_ARGUMENT (IMMUTABLE_FIELD) names the first that differs, its path starting with `prefix` ("service.").
absl::Status CheckImmutable(const google::protobuf::Message& before, const google::protobuf::Message& after,
                            std::string_view prefix = {});

}  // namespace schutznetz::rpc
