// Answers that are read from the store. Internal to api/.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/audit/entry.h"
#include "services/common/changes/change_log.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/common/record/standard_methods.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/validation.h"
#include "services/common/rpc/wire_reply.h"
#include "services/common/storage/database.h"
#include "services/events/domain/stored_reads.h"

namespace schutznetz::events {

// Reads in one snapshot and says which position it is of, and on which kinds the answer depends.
template <typename Work>
absl::Status ReadStored(storage::Database& database, const rpc::CallContext& call, rpc::WireReply* reply, Work work) {
  const auto read = [&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const changes::LogState log, changes::ReadLogState(tx));
    reply->position = log.position();
    return work(tx);
  };
  RETURN_IF_ERROR(database.Read(read, call.deadline));
  if (call.rule == nullptr) return absl::OkStatus();
  for (const std::string& kind : call.rule->cache().kinds()) reply->tags.push_back(kind);
  return absl::OkStatus();
}

// Reads one thing in a snapshot of its own: `work(tx)` returns StatusOr<Result>.
template <typename Result, typename Work>
absl::StatusOr<Result> ReadOnce(storage::Database& database, const rpc::CallContext& call, Work work) {
  Result result;
  const auto read = [&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(result, work(tx));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database.Read(read, call.deadline));
  return result;
}

inline record::Author AuthorIn(const rpc::CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

// Says that an answer tells more than everybody sees.
inline void Disclose(const char* kind, std::string name, StoredReads::Disclosed fields, rpc::WireReply* reply) {
  if (!fields.empty()) reply->disclosed.push_back({audit::Act::kRead, kind, std::move(name), std::move(fields)});
}

// The guard chain brings page_size to 1 … 500; handlers called without it get the default.
inline int StoredPageSize(int asked) { return asked <= 0 ? rpc::kPageSizeDefault : std::min(asked, rpc::kPageSizeMax); }

// The resource of a write.
template <typename Resource>
absl::StatusOr<Resource> ResourceOf(const absl::StatusOr<record::Presented>& presented) {
  if (!presented.ok()) return presented.status();
  Resource resource;
  if (!resource.ParseFromString(presented->bytes)) return errors::Internal("an answer cannot be read");
  return resource;
}

}  // namespace schutznetz::events
