// Shared by the methods of registrations. Internal to api/.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "services/common/rpc/call_context.h"
#include "services/events/api/registration_api.h"
#include "services/events/api/stored_answers.h"

namespace schutznetz::events {

// Reads one thing in a snapshot of its own: `work(tx)` returns StatusOr<Result>.
template <typename Result, typename Work>
absl::StatusOr<Result> ReadInSnapshot(const RegistrationApiParts& parts, const rpc::CallContext& call, Work work) {
  return ReadOnce<Result>(parts.database, call, std::move(work));
}

}  // namespace schutznetz::events
