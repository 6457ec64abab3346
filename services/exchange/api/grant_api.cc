#include "services/exchange/api/exchange_api.h"
#include "services/exchange/api/reading.h"

namespace schutznetz::exchange {

using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

void RegisterGrantApi(rpc::Registry& registry, const ExchangeApiParts& parts) {
  registry.Blocking<v1::GetGrantRequest, v1::Grant>(
      "GetGrant", [parts](const CallContext& call, const v1::GetGrantRequest& request) {
        return ReadOne<v1::Grant>(
            parts, call, [&](ReadTransaction& tx) { return parts.grants.Get(tx, request.name(), parts.clock.Now()); });
      });
  registry.Blocking<v1::ListGrantsRequest, v1::ListGrantsResponse>(
      "ListGrants", [parts](const CallContext& call, const v1::ListGrantsRequest& request) {
        const GrantFilter filter = {request.principal(), request.state()};
        return ReadFilteredPage<v1::Grant, v1::ListGrantsResponse>(
            parts, call, request,
            [&](ReadTransaction& tx, const std::string& after, int count, std::string* last) {
              return parts.grants.List(tx, filter, after, count, parts.clock.Now(), last);
            },
            [](v1::ListGrantsResponse* response) { return response->add_grants(); });
      });
  parts.writes.Add<v1::CreateGrantRequest, v1::Grant>(
      registry, "CreateGrant",
      [parts](Transaction& tx, const CallContext& call, const v1::CreateGrantRequest& request) {
        return parts.grants.Create(tx, AuthorOf(call), request.grant());
      });
  parts.writes.Add<v1::ApproveGrantRequest, v1::Grant>(
      registry, "ApproveGrant",
      [parts](Transaction& tx, const CallContext& call, const v1::ApproveGrantRequest& request) {
        return parts.grants.Approve(tx, AuthorOf(call), request.name(), request.etag());
      });
  parts.writes.Add<v1::RevokeGrantRequest, v1::Grant>(
      registry, "RevokeGrant",
      [parts](Transaction& tx, const CallContext& call, const v1::RevokeGrantRequest& request) {
        return parts.grants.Revoke(tx, AuthorOf(call), request.name());
      });
}

}  // namespace schutznetz::exchange
