#include "services/directory/api/read_reply.h"

#include <algorithm>

#include "services/common/rpc/validation.h"

namespace schutznetz::directory {

void Describe(const ViewReading& reading, absl::Time valid_until, rpc::WireReply* reply) {
  reply->position = reading.version->position;
  if (reading.degraded) {
    reply->valid_until = reading.now;
  } else if (valid_until != absl::InfiniteFuture()) {
    reply->valid_until = valid_until;
  }
}

void AddCacheKinds(const rpc::CallContext& call, rpc::WireReply* reply) {
  if (call.rule == nullptr) return;
  for (const std::string& kind : call.rule->cache().kinds()) reply->tags.push_back(kind);
}

int PageSize(int asked) { return asked <= 0 ? rpc::kPageSizeDefault : std::min(asked, rpc::kPageSizeMax); }

}  // namespace schutznetz::directory
