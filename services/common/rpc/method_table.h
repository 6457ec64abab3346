// The methods that a server answers, with everything the guard chain needs, made once at start.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/validation.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/telemetry/text.h"

namespace schutznetz::rpc {

// The 17 canonical codes.
inline constexpr size_t kStatusCodes = 17;

// grpc_server_* of one method, looked up once.
struct MethodMetrics {
  telemetry::Counter* started = nullptr;
  std::array<telemetry::Counter*, kStatusCodes> handled = {};  // by code
  telemetry::Histogram* seconds = nullptr;
};

struct MethodEntry {
  std::string service;  // "schutznetz.directory.v1.DirectoryService"
  std::string method;   // "GetLand"
  std::string path;     // "/schutznetz.directory.v1.DirectoryService/GetLand"
  telemetry::Literal route;
  common::v1::Rule rule;
  absl::Duration deadline;  // of the rule's class; infinite for a stream
  bool is_first = false;    // HELP: before everything else
  const MethodHandler* handler = nullptr;
  const Registry* registry = nullptr;  // of the handler
  RequestRules rules;
  MethodMetrics metrics;

  bool is_stream() const { return handler->kind == HandlerKind::kStream; }
};

// How long a call of this class may take: READ and HELP 2 s, SEARCH 3 s, WRITE 5 s, EXPORT 60 s.
absl::Duration DeadlineOf(common::v1::Rule::Rate rate);

using MethodTable = std::vector<std::unique_ptr<MethodEntry>>;

// INVALID_ARGUMENT with all problems in the text, as Server::Start promises. Services of grpc.* have no rules of ours:
// they count as PUBLIC reads.
absl::StatusOr<MethodTable> BuildMethodTable(const std::vector<const Registry*>& registries,
                                             telemetry::Metrics& metrics);

}  // namespace schutznetz::rpc
