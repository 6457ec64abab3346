// What every reading answer about publications carries beside its bytes. Internal to api/.
#pragma once

#include "services/common/rpc/call_context.h"
#include "services/common/rpc/wire_reply.h"
#include "services/events/view/publication_view.h"

namespace schutznetz::events {

// The position that the answer reflects, and what it depends on; nothing of a view that may be old may be kept.
inline void DescribePublications(const PublicationReading& reading, const rpc::CallContext& call,
                                 rpc::WireReply* reply) {
  reply->position = reading.version->position;
  if (reading.degraded) reply->valid_until = reading.now;
  if (call.rule == nullptr) return;
  for (const std::string& kind : call.rule->cache().kinds()) reply->tags.push_back(kind);
}

}  // namespace schutznetz::events
