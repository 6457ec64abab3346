// How long a call may take.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "schutznetz/common/v1/rule.pb.h"

namespace schutznetz::gateway {

// The most a call of this class may take, and what it gets when the client asks for nothing.
absl::Duration TimeoutMax(common::v1::Rule::Rate rate);

// The value of `grpc-timeout`: 1 to 8 digits and one of "HMSmun". Nothing when malformed.
std::optional<absl::Duration> ParseGrpcTimeout(std::string_view value);
// The value of `connect-timeout-ms`: 1 to 10 digits. Nothing when malformed.
std::optional<absl::Duration> ParseConnectTimeout(std::string_view value);

}  // namespace schutznetz::gateway
