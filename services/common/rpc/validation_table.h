// The compiled form of field options. Internal to rpc/.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "schutznetz/common/v1/field_options.pb.h"
#include "services/common/errors/errors.h"

namespace schutznetz::rpc {

struct MessageChecks;

// What one field must satisfy.
struct FieldCheck {
  enum class Special { kNone, kPageSize, kUpdateMask, kTimestamp, kDuration };

  const google::protobuf::FieldDescriptor* field = nullptr;
  common::v1::FieldRule rule;
  Special special = Special::kNone;
  size_t bytes_max = 0;                   // strings and bytes
  int items_max = 0;                      // repeated fields
  const MessageChecks* nested = nullptr;  // messages of this project; null for others
};

struct MessageChecks {
  const google::protobuf::Descriptor* descriptor = nullptr;
  std::vector<FieldCheck> fields;
};

// All messages that a request can hold, each compiled once; recursive types refer to themselves.
class CheckTable {
 public:
  // Adds `descriptor` and what it holds. Faults of options are appended to `faults`.
  const MessageChecks* Add(const google::protobuf::Descriptor* descriptor, std::vector<errors::FieldViolation>* faults);

 private:
  FieldCheck Compile(const google::protobuf::FieldDescriptor* field, std::vector<errors::FieldViolation>* faults);

  std::map<const google::protobuf::Descriptor*, std::unique_ptr<MessageChecks>> messages_;
};

}  // namespace schutznetz::rpc
