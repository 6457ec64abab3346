#include "services/exchange/api/exchange_api.h"
#include "services/exchange/api/reading.h"

namespace schutznetz::exchange {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

void RegisterMembershipReading(rpc::Registry& registry, const ExchangeApiParts& parts) {
  registry.Blocking<v1::GetMembershipRequest, v1::Membership>(
      "GetMembership", [parts](const CallContext& call, const v1::GetMembershipRequest& request) {
        return ReadOne<v1::Membership>(parts, call, [&](ReadTransaction& tx) {
          return parts.memberships.Get(tx, call.caller, request.name(), parts.clock.Now());
        });
      });
  registry.Blocking<v1::ListMembershipsRequest, v1::ListMembershipsResponse>(
      "ListMemberships", [parts](const CallContext& call, const v1::ListMembershipsRequest& request) {
        return ReadFilteredPage<v1::Membership, v1::ListMembershipsResponse>(
            parts, call, request,
            [&](ReadTransaction& tx, const std::string& after, int count, std::string* last) {
              return parts.memberships.List(tx, call.caller, request.parent(), after, count, parts.clock.Now(), last);
            },
            [](v1::ListMembershipsResponse* response) { return response->add_memberships(); });
      });
}

}  // namespace

void RegisterMembershipApi(rpc::Registry& registry, const ExchangeApiParts& parts) {
  RegisterMembershipReading(registry, parts);
  parts.writes.Add<v1::CreateMembershipRequest, v1::Membership>(
      registry, "CreateMembership",
      [parts](Transaction& tx, const CallContext& call, const v1::CreateMembershipRequest& request) {
        v1::Membership membership = request.membership();
        membership.set_member(MemberName(call.caller, membership.member()));
        return parts.memberships.Create(tx, AuthorOf(call), request.parent(), std::move(membership));
      },
      KeepName<v1::Membership>(parts.memberships));
  parts.writes.Add<v1::UpdateMembershipRequest, v1::Membership>(
      registry, "UpdateMembership",
      [parts](Transaction& tx, const CallContext& call, const v1::UpdateMembershipRequest& request) {
        return parts.memberships.Update(tx, AuthorOf(call), request.membership(), request.update_mask());
      },
      KeepName<v1::Membership>(parts.memberships));
  parts.writes.Add<v1::ApproveMembershipRequest, v1::Membership>(
      registry, "ApproveMembership",
      [parts](Transaction& tx, const CallContext& call, const v1::ApproveMembershipRequest& request) {
        return parts.memberships.Approve(tx, AuthorOf(call), request.name(), request.etag());
      },
      KeepName<v1::Membership>(parts.memberships));
  parts.writes.Add<v1::EndMembershipRequest, v1::Membership>(
      registry, "EndMembership",
      [parts](Transaction& tx, const CallContext& call, const v1::EndMembershipRequest& request) {
        return parts.memberships.End(tx, AuthorOf(call), request.name());
      },
      KeepName<v1::Membership>(parts.memberships));
}

}  // namespace schutznetz::exchange
