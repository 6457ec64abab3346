// absl::Status to grpc::Status and back, over the one conversion in errors/.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace schutznetz::rpc {

// Code, sentence and google.rpc.Status as grpc-status-details-bin. `domain` is the gRPC service name.
grpc::Status ToGrpc(const absl::Status& status, std::string_view domain);

// The error of a finished call, with its details as payloads where the server sent them.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace schutznetz::rpc
