// ListAuditEntries, the same in every server.
//
//   // in the server's service:  rpc ListAuditEntries(common.v1.ListAuditEntriesRequest) returns (…Response)
//   rpc::RegisterAuditApi(registry, *audit_, page_tokens_);
#pragma once

#include "services/common/audit/audit_log.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"

namespace schutznetz::rpc {

// All must outlive the server. Reading the log is itself an entry: the method's rule says `audit: true`.
void RegisterAuditApi(Registry& registry, audit::AuditLog& log, const PageTokens& page_tokens);

}  // namespace schutznetz::rpc
