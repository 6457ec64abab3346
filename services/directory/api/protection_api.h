// Proposals to lower a protection.
#pragma once

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"
#include "services/directory/domain/protection_changes.h"

namespace schutznetz::directory {

// Everything must outlive the registry.
struct ProtectionApiParts {
  storage::Database& database;
  const ProtectionChanges& changes;
  const rpc::PageTokens& page_tokens;
  const Clock& clock;
};

void RegisterProtectionApi(rpc::Registry& registry, rpc::Writes& writes, const ProtectionApiParts& parts);

}  // namespace schutznetz::directory
