#include "services/exchange/domain/members.h"

#include <algorithm>

#include "services/common/record/random_id.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/field_mask.h"
#include "services/exchange/domain/people.h"

namespace schutznetz::exchange {
namespace {

using storage::ReadTransaction;
using storage::Transaction;

constexpr char kMe[] = "members/me";

// What is stored; everything else is made when a member is shown.
void ClearMade(v1::Member* member) {
  member->clear_memberships();
  member->clear_create_time();
  member->clear_update_time();
  member->clear_etag();
}

// Fills in what the server says of a verification. `path` is its field in the request.
absl::Status Complete(const std::string& path, std::string_view verifier, absl::Time now,
                      v1::Member::Verification* verification) {
  if (!verification->has_expire_time()) {
    *verification->mutable_expire_time() = TimestampOf(now + kVerificationDefault);
  }
  const absl::Time end = TimeOf(verification->expire_time());
  if (end <= now || end > now + kVerificationMax) {
    return errors::InvalidField(path + ".expireTime", "Must be in the future, at most two years ahead.");
  }
  verification->set_verifier(verifier.starts_with("members/") ? std::string(verifier) : "");
  *verification->mutable_verify_time() = TimestampOf(now);
  return absl::OkStatus();
}

}  // namespace

std::string MemberName(const access::Caller& caller, std::string_view name) {
  return name == kMe ? caller.principal() : std::string(name);
}

std::string MemberIdOf(std::string_view name) { return IdOfName(kMember, name).value_or(""); }

absl::StatusOr<std::vector<Kept<v1::Membership>>> MembershipsOf(const Records& records, ReadTransaction& tx,
                                                                std::string_view member_id) {
  ASSIGN_OR_RETURN(
      const std::vector<record::RecordKey> keys,
      record::Referrers(tx, {kMember.kind, std::string(member_id)}, kMembership.kind, "member", kMembershipsMax));
  std::vector<Kept<v1::Membership>> memberships;
  for (const record::RecordKey& key : keys) {
    ASSIGN_OR_RETURN(auto membership, records.Find<v1::Membership>(tx, key.id));
    if (membership) memberships.push_back(*std::move(membership));
  }
  return memberships;
}

absl::StatusOr<wire::LevelSet> Members::LevelsOf(ReadTransaction&, const access::Caller& caller,
                                                 const std::vector<Kept<v1::Membership>>& memberships,
                                                 std::string_view name, absl::Time now) const {
  if (IsSelf(caller, name)) return wire::LevelSet::All();
  for (const Kept<v1::Membership>& kept : memberships) {
    v1::Membership membership = kept.resource;
    ExpireAt(now, &membership);
    const std::string network = "networks/" + std::string(ParentPart(kept.row.key.id));
    const bool colleague = membership.state() == v1::Membership::ACTIVE && BelongsTo(caller, network);
    const bool applicant =
        (membership.state() == v1::Membership::INVITED || membership.state() == v1::Membership::REQUESTED) &&
        Coordinates(caller, network);
    if (colleague || applicant) return wire::LevelSet{common::v1::PUBLIC, common::v1::RESTRICTED, common::v1::NETWORK};
  }
  if (IsOperator(caller)) return wire::LevelSet();
  return errors::NotFound(name);
}

absl::StatusOr<v1::Member> Members::Show(ReadTransaction& tx, const access::Caller& caller, Kept<v1::Member> kept,
                                         absl::Time now) const {
  ASSIGN_OR_RETURN(const std::vector<Kept<v1::Membership>> memberships, MembershipsOf(records_, tx, kept.row.key.id));
  ASSIGN_OR_RETURN(const wire::LevelSet levels, LevelsOf(tx, caller, memberships, kept.resource.name(), now));
  for (const Kept<v1::Membership>& membership : memberships) {
    if (membership.resource.state() != v1::Membership::ENDED) {
      kept.resource.add_memberships(membership.resource.name());
    }
  }
  return records_.Show(kept, levels);
}

absl::StatusOr<v1::Member> Members::Create(Transaction& tx, const Author& author, v1::Member member) const {
  ASSIGN_OR_RETURN(Kept<v1::Member> kept, Insert(tx, author, std::move(member)));
  return Show(tx, author.caller, std::move(kept), tx.now());
}

absl::StatusOr<std::string> Members::Install(Transaction& tx, const Author& author, v1::Member member) const {
  ASSIGN_OR_RETURN(const Kept<v1::Member> kept, Insert(tx, author, std::move(member)));
  return kept.resource.name();
}

absl::StatusOr<Kept<v1::Member>> Members::Insert(Transaction& tx, const Author& author, v1::Member member) const {
  if (member.has_verification()) {
    RETURN_IF_ERROR(
        Complete("member.verification", author.caller.principal(), tx.now(), member.mutable_verification()));
  }
  Kept<v1::Member> kept;
  kept.row.key = {kMember.kind, record::NewRandomId()};
  const std::string& id = kept.row.key.id;
  ClearMade(&member);
  member.set_state(v1::Member::ACTIVE);
  kept.resource = std::move(member);
  ASSIGN_OR_RETURN(const bool free,
                   records_.store().AddCredential(tx, kept.row.key,
                                                  pepper_.OfSubject(kept.resource.issuer(), kept.resource.subject())));
  if (!free) return errors::Exists("members/-");
  RETURN_IF_ERROR(records_.vault().MakeKey(tx, id));
  RETURN_IF_ERROR(records_.Add(tx, author, id, &kept));
  RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  return kept;
}

absl::StatusOr<v1::Member> Members::Update(Transaction& tx, const Author& author, const v1::Member& member,
                                           const google::protobuf::FieldMask& mask) const {
  const std::string name = MemberName(author.caller, member.name());
  if (member.etag().empty()) return errors::EtagMissing(name);
  ASSIGN_OR_RETURN(Kept<v1::Member> kept, records_.NeedForUpdate<v1::Member>(tx, name));
  ASSIGN_OR_RETURN(const v1::Member shown, Show(tx, author.caller, kept, tx.now()));
  if (!IsSelf(author.caller, name)) return errors::AccessDenied();
  RETURN_IF_ERROR(rpc::CheckEtag(name, member.etag(), shown.etag()));

  const v1::Member before = kept.resource;
  rpc::ApplyMask(mask, member, &kept.resource);
  ClearMade(&kept.resource);
  RETURN_IF_ERROR(rpc::CheckImmutable(before, kept.resource, "member."));
  if (kept.resource.verification().SerializeAsString() != before.verification().SerializeAsString()) {
    return errors::ImmutableField("member.verification");
  }
  const bool other_work =
      kept.resource.profession() != before.profession() || kept.resource.organization() != before.organization();
  if (other_work && IsVerified(before, tx.now())) {
    *kept.resource.mutable_verification()->mutable_expire_time() = TimestampOf(tx.now());
    RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  }
  RETURN_IF_ERROR(records_.Save(tx, author, kept.row.key.id, &kept));
  return Show(tx, author.caller, std::move(kept), tx.now());
}

absl::StatusOr<v1::Member> Members::Verify(Transaction& tx, const Author& author, std::string_view name,
                                           const v1::Member::Verification& verification) const {
  ASSIGN_OR_RETURN(Kept<v1::Member> kept, records_.NeedForUpdate<v1::Member>(tx, name));
  RETURN_IF_ERROR(Show(tx, author.caller, kept, tx.now()).status());
  if (IsSelf(author.caller, name)) return errors::AccessDenied();
  ASSIGN_OR_RETURN(const auto memberships, MembershipsOf(records_, tx, kept.row.key.id));
  const bool coordinated = std::any_of(memberships.begin(), memberships.end(), [&](const auto& membership) {
    const std::string network = "networks/" + std::string(ParentPart(membership.row.key.id));
    return membership.resource.state() != v1::Membership::ENDED && Coordinates(author.caller, network);
  });
  if (!coordinated) return errors::AccessDenied();
  *kept.resource.mutable_verification() = verification;
  RETURN_IF_ERROR(Complete("verification", author.caller.principal(), tx.now(), kept.resource.mutable_verification()));
  RETURN_IF_ERROR(records_.Save(tx, author, kept.row.key.id, &kept));
  RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  return Show(tx, author.caller, std::move(kept), tx.now());
}

absl::StatusOr<v1::Member> Members::SetState(Transaction& tx, const Author& author, std::string_view name,
                                             v1::Member::State state) const {
  ASSIGN_OR_RETURN(Kept<v1::Member> kept, records_.NeedForUpdate<v1::Member>(tx, name));
  if (kept.resource.state() != state) {
    kept.resource.set_state(state);
    RETURN_IF_ERROR(records_.Save(tx, author, kept.row.key.id, &kept));
    RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  }
  return Show(tx, author.caller, std::move(kept), tx.now());
}

absl::StatusOr<v1::Member> Members::Get(ReadTransaction& tx, const access::Caller& caller, std::string_view name,
                                        absl::Time now) const {
  const std::string full = MemberName(caller, name);
  ASSIGN_OR_RETURN(Kept<v1::Member> kept, records_.Need<v1::Member>(tx, full));
  return Show(tx, caller, std::move(kept), now);
}

absl::StatusOr<std::vector<v1::Member>> Members::List(ReadTransaction& tx, const access::Caller& caller,
                                                      std::string_view after_id, int count_max, absl::Time now) const {
  ASSIGN_OR_RETURN(std::vector<Kept<v1::Member>> page, records_.Page<v1::Member>(tx, after_id, count_max));
  std::vector<v1::Member> list;
  for (Kept<v1::Member>& kept : page) {
    ASSIGN_OR_RETURN(list.emplace_back(), Show(tx, caller, std::move(kept), now));
  }
  return list;
}

}  // namespace schutznetz::exchange
