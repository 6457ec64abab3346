#include <future>
#include <utility>

#include "services/events/api/plan_api.h"
#include "services/events/api/stored_answers.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;

// Asks the directory server and waits: on the pool, which is made for it. The client answers within its own limit.
absl::Status RefreshNetworks(DirectoryNetworks& networks, absl::Time deadline) {
  std::promise<absl::Status> answer;
  networks.Refresh(deadline, [&answer](absl::Status status) { answer.set_value(std::move(status)); });
  return answer.get_future().get();
}

absl::Status GetStatistics(const PlanApiParts& parts, const CallContext& call, const v1::GetStatisticsRequest& request,
                           rpc::WireReply* reply) {
  // Before anybody is asked.
  RETURN_IF_ERROR(StatisticsOfEvents::CheckPeriod(request.start_date(), request.end_date()));
  RETURN_IF_ERROR(RefreshNetworks(parts.networks, call.deadline));
  v1::Statistics statistics;
  RETURN_IF_ERROR(ReadStored(parts.database, call, reply, [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(statistics,
                     parts.statistics.Get(tx, call.caller, request, *parts.networks.Latest(), parts.clock.Now()));
    return absl::OkStatus();
  }));
  // Small numbers are told to those who may know them, and that is written down.
  if (statistics.exact()) Disclose("statistics", "", {"participants"}, reply);
  reply->AppendMessage(statistics);
  return absl::OkStatus();
}

}  // namespace

void RegisterStatisticsApi(rpc::Registry& registry, const PlanApiParts& parts) {
  registry.BlockingWire<v1::GetStatisticsRequest>(
      "GetStatistics", [parts](const CallContext& call, const v1::GetStatisticsRequest& request,
                               rpc::WireReply* reply) { return GetStatistics(parts, call, request, reply); });
}

}  // namespace schutznetz::events
