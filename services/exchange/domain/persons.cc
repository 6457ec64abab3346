#include "services/exchange/domain/persons.h"

#include <utility>

#include "services/common/record/random_id.h"
#include "services/common/storage/request_log.h"
#include "services/exchange/domain/field_descriptions.h"
#include "services/exchange/domain/people.h"

namespace schutznetz::exchange {

using storage::ReadTransaction;
using storage::Transaction;

absl::StatusOr<v1::MemberArchive> Persons::Export(ReadTransaction& tx, const access::Caller& caller,
                                                  std::string_view name, absl::Time now) const {
  const std::string full = MemberName(caller, name);
  v1::MemberArchive archive;
  ASSIGN_OR_RETURN(*archive.mutable_member(), members_.Get(tx, caller, full, now));
  if (!IsSelf(caller, full)) return errors::AccessDenied();
  *archive.mutable_create_time() = TimestampOf(now);
  const std::string member_id = MemberIdOf(full);
  ASSIGN_OR_RETURN(std::vector<Kept<v1::Membership>> memberships, MembershipsOf(records_, tx, member_id));
  for (Kept<v1::Membership>& kept : memberships) {
    ASSIGN_OR_RETURN(*archive.add_memberships(), memberships_.Show(tx, caller, std::move(kept), now));
  }
  ASSIGN_OR_RETURN(const std::vector<Kept<v1::Grant>> grants, GrantsOf(records_, tx, member_id));
  for (const Kept<v1::Grant>& kept : grants) {
    ASSIGN_OR_RETURN(*archive.add_grants(), grants_.Get(tx, kept.resource.name(), now));
  }
  AddFieldDescriptions("member", *v1::Member::descriptor(), &archive);
  AddFieldDescriptions("memberships", *v1::Membership::descriptor(), &archive);
  AddFieldDescriptions("grants", *v1::Grant::descriptor(), &archive);
  return archive;
}

absl::StatusOr<int> Persons::EraseRecords(Transaction& tx, const Author& author, std::string_view member_id) const {
  int erased = 1;
  ASSIGN_OR_RETURN(const auto memberships, MembershipsOf(records_, tx, member_id));
  for (const Kept<v1::Membership>& kept : memberships) {
    RETURN_IF_ERROR(records_.Erase(tx, author, kMembership, kept.row.key.id));
    ++erased;
  }
  ASSIGN_OR_RETURN(const auto grants, GrantsOf(records_, tx, member_id));
  for (const Kept<v1::Grant>& kept : grants) {
    RETURN_IF_ERROR(records_.Erase(tx, author, kGrant, kept.row.key.id));
    ++erased;
  }
  RETURN_IF_ERROR(records_.Erase(tx, author, kMember, member_id));
  RETURN_IF_ERROR(storage::ForgetRequests(tx, NameOfId(kMember, member_id)));
  RETURN_IF_ERROR(personal::DestroyDataKey(tx, member_id));
  RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  return erased;
}

absl::StatusOr<v1::EraseMemberResponse> Persons::Erase(Transaction& tx, const Author& author,
                                                       std::string_view name) const {
  const std::string full = MemberName(author.caller, name);
  ASSIGN_OR_RETURN(const Kept<v1::Member> kept, records_.NeedForUpdate<v1::Member>(tx, full));
  RETURN_IF_ERROR(members_.Show(tx, author.caller, kept, tx.now()).status());
  if (!IsSelf(author.caller, full) && !IsOperator(author.caller)) return errors::AccessDenied();
  RETURN_IF_ERROR(grants_.CheckNotLastOperator(tx, full));
  v1::EraseMemberResponse response;
  ASSIGN_OR_RETURN(const int erased, EraseRecords(tx, author, kept.row.key.id));
  response.set_records_erased(erased);
  response.set_ledger_id(record::NewRandomId());
  RETURN_IF_ERROR(personal::AddErasure(tx, {response.ledger_id(), kept.row.key.id, absl::ToUnixMicros(tx.now())}));
  return response;
}

absl::StatusOr<bool> Persons::Replay(Transaction& tx, const personal::Erasure& erasure) const {
  ASSIGN_OR_RETURN(const auto row, record::GetForUpdate(tx, {kMember.kind, erasure.person}));
  if (row) RETURN_IF_ERROR(EraseRecords(tx, {access::Caller(), {}}, erasure.person).status());
  RETURN_IF_ERROR(personal::AddErasure(tx, erasure));
  return row.has_value();
}

}  // namespace schutznetz::exchange
