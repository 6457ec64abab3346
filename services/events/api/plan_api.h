// The methods of measures and what is made of them.
#pragma once

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/events/domain/measures.h"

namespace schutznetz::events {

// What they work with; all must outlive the registry's server.
struct PlanApiParts {
  storage::Database& database;
  rpc::Writes& writes;
  const rpc::PageTokens& page_tokens;
  const Measures& measures;
};

void RegisterMeasureApi(rpc::Registry& registry, const PlanApiParts& parts);

}  // namespace schutznetz::events
