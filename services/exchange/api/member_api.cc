#include "services/exchange/api/exchange_api.h"
#include "services/exchange/api/reading.h"

namespace schutznetz::exchange {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

void RegisterMemberReading(rpc::Registry& registry, const ExchangeApiParts& parts) {
  registry.Blocking<v1::GetMemberRequest, v1::Member>(
      "GetMember", [parts](const CallContext& call, const v1::GetMemberRequest& request) {
        return ReadOne<v1::Member>(parts, call, [&](ReadTransaction& tx) {
          return parts.members.Get(tx, call.caller, request.name(), parts.clock.Now());
        });
      });
  registry.Blocking<v1::ListMembersRequest, v1::ListMembersResponse>(
      "ListMembers", [parts](const CallContext& call, const v1::ListMembersRequest& request) {
        return ReadPage<v1::Member, v1::ListMembersResponse>(
            parts, call, request,
            [&](ReadTransaction& tx, const std::string& after, int count) {
              return parts.members.List(tx, call.caller, after, count, parts.clock.Now());
            },
            [](v1::ListMembersResponse* response) { return response->add_members(); });
      });
  registry.Blocking<v1::ExportMemberRequest, v1::MemberArchive>(
      "ExportMember", [parts](const CallContext& call, const v1::ExportMemberRequest& request) {
        return ReadOne<v1::MemberArchive>(parts, call, [&](ReadTransaction& tx) {
          return parts.persons.Export(tx, call.caller, request.name(), parts.clock.Now());
        });
      });
}

}  // namespace

void RegisterMemberApi(rpc::Registry& registry, const ExchangeApiParts& parts) {
  RegisterMemberReading(registry, parts);
  parts.writes.Add<v1::CreateMemberRequest, v1::Member>(
      registry, "CreateMember",
      [parts](Transaction& tx, const CallContext& call, const v1::CreateMemberRequest& request) {
        return parts.members.Create(tx, AuthorOf(call), request.member());
      },
      KeepName<v1::Member>(parts.members));
  parts.writes.Add<v1::UpdateMemberRequest, v1::Member>(
      registry, "UpdateMember",
      [parts](Transaction& tx, const CallContext& call, const v1::UpdateMemberRequest& request) {
        return parts.members.Update(tx, AuthorOf(call), request.member(), request.update_mask());
      },
      KeepName<v1::Member>(parts.members));
  parts.writes.Add<v1::VerifyMemberRequest, v1::Member>(
      registry, "VerifyMember",
      [parts](Transaction& tx, const CallContext& call, const v1::VerifyMemberRequest& request) {
        return parts.members.Verify(tx, AuthorOf(call), request.name(), request.verification());
      },
      KeepName<v1::Member>(parts.members));
  parts.writes.Add<v1::SuspendMemberRequest, v1::Member>(
      registry, "SuspendMember",
      [parts](Transaction& tx, const CallContext& call,
              const v1::SuspendMemberRequest& request) -> absl::StatusOr<v1::Member> {
        RETURN_IF_ERROR(parts.grants.CheckNotLastOperator(tx, request.name()));
        return parts.members.SetState(tx, AuthorOf(call), request.name(), v1::Member::SUSPENDED);
      },
      KeepName<v1::Member>(parts.members));
  parts.writes.Add<v1::ResumeMemberRequest, v1::Member>(
      registry, "ResumeMember",
      [parts](Transaction& tx, const CallContext& call, const v1::ResumeMemberRequest& request) {
        return parts.members.SetState(tx, AuthorOf(call), request.name(), v1::Member::ACTIVE);
      },
      KeepName<v1::Member>(parts.members));
  parts.writes.Add<v1::EraseMemberRequest, v1::EraseMemberResponse>(
      registry, "EraseMember",
      [parts](Transaction& tx, const CallContext& call, const v1::EraseMemberRequest& request) {
        parts.housekeeping.ExpectErasure();
        return parts.persons.Erase(tx, AuthorOf(call), request.name());
      });
}

}  // namespace schutznetz::exchange
