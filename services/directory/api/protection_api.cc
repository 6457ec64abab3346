#include "services/directory/api/protection_api.h"

#include <string>
#include <utility>
#include <vector>

#include "services/common/errors/macros.h"
#include "services/common/rpc/resource_name.h"

namespace schutznetz::directory {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;
using v1::ProtectionChange;

record::Author Proposer(const CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

absl::StatusOr<ProtectionChange> GetChange(const ProtectionApiParts& parts, const CallContext& call,
                                           const v1::GetProtectionChangeRequest& request) {
  ProtectionChange change;
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(change, parts.changes.Get(tx, call.caller, request.name(), parts.clock.Now()));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(parts.database.Read(read, call.deadline));
  return change;
}

absl::StatusOr<v1::ListProtectionChangesResponse> ListChanges(const ProtectionApiParts& parts, const CallContext& call,
                                                              const v1::ListProtectionChangesRequest& request) {
  ASSIGN_OR_RETURN(const std::string after, parts.page_tokens.Open(call, request));
  std::vector<ProtectionChange> list;
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(list, parts.changes.List(tx, call.caller, {request.resource(), request.state()}, after,
                                              request.page_size() + 1, parts.clock.Now()));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(parts.database.Read(read, call.deadline));
  v1::ListProtectionChangesResponse response;
  if (list.size() > static_cast<size_t>(request.page_size())) {
    list.pop_back();
    const std::string last(rpc::IdIn(kProtectionChanges, list.back().name()).value_or(""));
    response.set_next_page_token(parts.page_tokens.Seal(call, request, last));
  }
  for (ProtectionChange& change : list) *response.add_protection_changes() = std::move(change);
  return response;
}

// Two people have lowered a protection: each has an entry, of the resource.
std::vector<audit::Fact> FactsOfApproval(const google::protobuf::Message& response) {
  const auto& change = static_cast<const ProtectionChange&>(response);
  const std::string collection = change.resource().substr(0, change.resource().find('/'));
  audit::Fact fact{.act = audit::Act::kProtectionLowered,
                   .kind = collection.substr(0, collection.size() - 1),
                   .object = change.resource()};
  if (change.protection() != common::v1::VISIBILITY_UNSPECIFIED) fact.fields.push_back("protection");
  if (change.address_protection() != common::v1::VISIBILITY_UNSPECIFIED) fact.fields.push_back("address_protection");
  if (change.parts_size() > 0) fact.fields.push_back("parts");
  audit::Fact of_proposer = fact;
  of_proposer.principal = change.proposed_by();
  return {std::move(of_proposer), std::move(fact)};
}

}  // namespace

void RegisterProtectionApi(rpc::Registry& registry, rpc::Writes& writes, const ProtectionApiParts& parts) {
  registry.Blocking<v1::GetProtectionChangeRequest, ProtectionChange>(
      "GetProtectionChange", [parts](const CallContext& call, const v1::GetProtectionChangeRequest& request) {
        return GetChange(parts, call, request);
      });
  registry.Blocking<v1::ListProtectionChangesRequest, v1::ListProtectionChangesResponse>(
      "ListProtectionChanges", [parts](const CallContext& call, const v1::ListProtectionChangesRequest& request) {
        return ListChanges(parts, call, request);
      });
  writes.Add<v1::CreateProtectionChangeRequest, ProtectionChange>(
      registry, "CreateProtectionChange",
      [parts](Transaction& tx, const CallContext& call, const v1::CreateProtectionChangeRequest& request) {
        return parts.changes.Create(tx, Proposer(call), request.protection_change());
      });
  writes.Add<v1::ApproveProtectionChangeRequest, ProtectionChange>(
      registry, "ApproveProtectionChange",
      [parts](Transaction& tx, const CallContext& call, const v1::ApproveProtectionChangeRequest& request) {
        return parts.changes.Approve(tx, Proposer(call), request.name(), request.etag());
      });
  registry.NameFacts("ApproveProtectionChange", FactsOfApproval);
  writes.Add<v1::RejectProtectionChangeRequest, ProtectionChange>(
      registry, "RejectProtectionChange",
      [parts](Transaction& tx, const CallContext& call, const v1::RejectProtectionChangeRequest& request) {
        return parts.changes.Reject(tx, Proposer(call), request.name());
      });
}

}  // namespace schutznetz::directory
