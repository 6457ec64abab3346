// Idempotency: the answer of a write is kept in the transaction of its effect, under the caller's request_id.
//
//   ASSIGN_OR_RETURN(std::optional<std::string> known, BeginRequest(tx, key, digest));
//   if (known) return parse(*known);          // the same request again: same answer, no second effect
//   …effect…
//   RETURN_IF_ERROR(FinishRequest(tx, key, response.SerializeAsString()));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/database.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage {

// Whose request: ids of different callers and methods never meet.
struct RequestKey {
  std::string_view principal;   // pseudonymous id of the caller; empty for none
  std::string_view method;      // full gRPC method name
  std::string_view request_id;  // not empty
};

inline constexpr absl::Duration kRequestKept = absl::Hours(48);

// Claims `key` for this write, or finds the answer it already has. Call it first in the transaction: on PostgreSQL it
// waits for a twin that is still running.
//   INVALID_ARGUMENT (REQUEST_ID_REUSED)  the key was used with another `digest` (SHA-256 of the request)
//   ABORTED (REQUEST_IN_PROGRESS)         the twin did not end within a second
absl::StatusOr<std::optional<std::string>> BeginRequest(Transaction& tx, const RequestKey& key,
                                                        std::string_view digest);

// Keeps the answer of the request that BeginRequest claimed in this write. Codes of Transaction::ExecuteLater.
absl::Status FinishRequest(Transaction& tx, const RequestKey& key, std::string_view response);

// Deletes the answers that are kept for this caller: part of erasing a person.
absl::Status ForgetRequests(Transaction& tx, std::string_view principal);

// Deletes answers from before `before` (now - kRequestKept), at most `rows_max` in one write; returns how many. Blocks.
absl::StatusOr<int64_t> PruneRequests(Database& database, absl::Time before, int rows_max = 1000);

}  // namespace schutznetz::storage
