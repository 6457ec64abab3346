// The contract that the gateway serves: one set of descriptors, built from proto/ and part of the program.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace google::protobuf {
class FileDescriptorSet;
}  // namespace google::protobuf

namespace schutznetz::gateway {

// The built-in set, or that in `file` when it is not empty. INVALID_ARGUMENT: the file cannot be read or is no such
// set.
absl::StatusOr<google::protobuf::FileDescriptorSet> LoadDescriptors(const std::string& file);

}  // namespace schutznetz::gateway
