// Shared by the methods of registrations. Internal to api/.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/call_context.h"
#include "services/events/api/registration_api.h"

namespace schutznetz::events {

// Reads one thing in a snapshot of its own: `work(tx)` returns StatusOr<Result>.
template <typename Result, typename Work>
absl::StatusOr<Result> ReadInSnapshot(const RegistrationApiParts& parts, const rpc::CallContext& call, Work work) {
  Result result;
  const auto read = [&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(result, work(tx));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(parts.database.Read(read, call.deadline));
  return result;
}

inline record::Author AuthorIn(const rpc::CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

}  // namespace schutznetz::events
