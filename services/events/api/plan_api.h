// The methods of measures, of statistics, and of the reports that are made of both.
#pragma once

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"
#include "services/events/domain/measures.h"
#include "services/events/domain/reports.h"
#include "services/events/domain/statistics.h"

namespace schutznetz::events {

// What they work with; all must outlive the registry's server.
struct PlanApiParts {
  storage::Database& database;
  rpc::Writes& writes;
  const rpc::PageTokens& page_tokens;
  const Clock& clock;
  const Measures& measures;
  const StatisticsOfEvents& statistics;
  const Reports& reports;
  DirectoryNetworks& networks;
};

// Each in a file of its own.
void RegisterMeasureApi(rpc::Registry& registry, const PlanApiParts& parts);
void RegisterStatisticsApi(rpc::Registry& registry, const PlanApiParts& parts);
void RegisterReportApi(rpc::Registry& registry, const PlanApiParts& parts);

}  // namespace schutznetz::events
