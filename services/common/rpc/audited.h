// What the audit log hears of a call.
#pragma once

#include <vector>

#include "google/protobuf/message.h"
#include "services/common/audit/entry.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/wire_reply.h"
#include "services/common/storage/change_record.h"

namespace schutznetz::rpc {

// Under which names the call is recorded.
audit::CallNames NamesOf(const CallContext& call);

// What must be recorded before this answer leaves; nothing for answers that tell only what is PUBLIC by methods without
// `audit: true`, and for those whose entries were written with their effect.
std::vector<audit::Fact> FactsOf(const Registry& registry, const CallContext& call,
                                 const google::protobuf::Message& request, const WireReply& reply);

// The entries of a write: by default one of the resource of its answer (or of its request) with the paths of its update
// mask; PROTECTION_RAISED where `changes` redact it.
std::vector<audit::Fact> FactsOfWrite(const Registry& registry, const CallContext& call,
                                      const google::protobuf::Message& request,
                                      const google::protobuf::Message& response,
                                      const std::vector<storage::ChangeRecord>& changes);

}  // namespace schutznetz::rpc
