// What the audit log hears of a call.
#pragma once

#include <vector>

#include "google/protobuf/message.h"
#include "services/common/audit/entry.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/wire_reply.h"

namespace schutznetz::rpc {

// Under which names the call is recorded.
audit::CallNames NamesOf(const CallContext& call);

// What must be recorded before this answer leaves; nothing for answers that tell only what is PUBLIC by methods without
// `audit: true`, and for those whose entries were written with their effect.
std::vector<audit::Fact> FactsOf(const Registry& registry, const CallContext& call,
                                 const google::protobuf::Message& request, const WireReply& reply);

// The entry of a write: the resource of its answer (or of its request), and the paths of its update mask.
audit::Fact FactOfWrite(const Registry& registry, const CallContext& call, const google::protobuf::Message& request,
                        const google::protobuf::Message& response);

}  // namespace schutznetz::rpc
