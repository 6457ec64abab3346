#include "services/exchange/domain/memberships.h"

#include <string>
#include <utility>

#include "services/common/rpc/etag.h"
#include "services/common/rpc/field_mask.h"
#include "services/exchange/domain/members.h"
#include "services/exchange/domain/people.h"

namespace schutznetz::exchange {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using v1::Membership;

std::string NetworkOf(const record::RecordKey& key) { return "networks/" + std::string(ParentPart(key.id)); }

bool Waits(const Membership& membership) {
  return membership.state() == Membership::INVITED || membership.state() == Membership::REQUESTED;
}

bool IsOver(const Membership& membership) {
  return membership.state() == Membership::ENDED || membership.state() == Membership::EXPIRED;
}

// Whether the caller may know of it: the member; coordinators; of one in force, everybody in the network.
bool MayKnow(const access::Caller& caller, const Kept<Membership>& kept) {
  const std::string network = NetworkOf(kept.row.key);
  if (IsSelf(caller, kept.resource.member()) || Coordinates(caller, network)) return true;
  return kept.resource.state() == Membership::ACTIVE && BelongsTo(caller, network);
}

absl::Status CheckEnd(const Membership& membership, absl::Time now) {
  if (!membership.has_expire_time() || TimeOf(membership.expire_time()) > now) return absl::OkStatus();
  return errors::InvalidField("membership.expireTime", "Must be in the future.");
}

void ClearMade(Membership* membership) {
  membership->clear_display_name();
  membership->clear_profession();
  membership->clear_create_time();
  membership->clear_update_time();
  membership->clear_etag();
}

}  // namespace

absl::StatusOr<Membership> Memberships::Show(ReadTransaction& tx, const access::Caller& caller, Kept<Membership> kept,
                                             absl::Time now) const {
  ExpireAt(now, &kept.resource);
  if (!MayKnow(caller, kept)) return errors::NotFound(kept.resource.name());
  ASSIGN_OR_RETURN(const auto member, records_.Find<v1::Member>(tx, LastPart(kept.row.key.id)));
  if (member) {
    kept.resource.set_display_name(member->resource.display_name());
    kept.resource.set_profession(member->resource.profession());
  }
  return records_.Show(kept, wire::LevelSet{common::v1::PUBLIC, common::v1::RESTRICTED, common::v1::NETWORK});
}

absl::StatusOr<Membership> Memberships::Store(Transaction& tx, const Author& author, Kept<Membership> kept) const {
  ClearMade(&kept.resource);
  RETURN_IF_ERROR(records_.Save(tx, author, {}, &kept));
  RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  return Show(tx, author.caller, std::move(kept), tx.now());
}

absl::StatusOr<Membership> Memberships::Create(Transaction& tx, const Author& author, std::string_view network,
                                               Membership membership) const {
  const bool self = IsSelf(author.caller, membership.member());
  const bool coordinator = Coordinates(author.caller, network);
  if (!self && !coordinator) return errors::AccessDenied();
  if (self && membership.role() == Membership::COORDINATOR) return errors::AccessDenied();
  RETURN_IF_ERROR(CheckEnd(membership, tx.now()));
  const std::string member_id = MemberIdOf(membership.member());
  ASSIGN_OR_RETURN(const auto member, records_.FindForUpdate<v1::Member>(tx, member_id));
  if (!member || member->resource.state() != v1::Member::ACTIVE) {
    return errors::ReferenceNotFound("membership.member", membership.member());
  }
  if (membership.role() == Membership::ROLE_UNSPECIFIED) membership.set_role(Membership::MEMBER);
  membership.set_state(self ? Membership::REQUESTED : Membership::INVITED);
  membership.set_proposed_by(author.caller.principal());
  const std::string id = std::string(LastPart(network)) + "/" + member_id;
  ASSIGN_OR_RETURN(auto before, records_.FindForUpdate<Membership>(tx, id));
  if (before) {
    ExpireAt(tx.now(), &before->resource);
    if (!IsOver(before->resource)) return errors::Exists(before->resource.name());
    membership.set_name(before->resource.name());
    before->resource = std::move(membership);
    return Store(tx, author, *std::move(before));
  }
  ASSIGN_OR_RETURN(const auto others, MembershipsOf(records_, tx, member_id));
  const auto count = static_cast<int64_t>(others.size());
  if (count >= kMembershipsMax) {
    return errors::SizeLimit("The number of memberships of a member", kMembershipsMax, count + 1);
  }
  Kept<Membership> kept;
  kept.row.key.id = id;
  kept.resource = std::move(membership);
  ClearMade(&kept.resource);
  RETURN_IF_ERROR(records_.Add(tx, author, {}, &kept));
  const record::Reference reference = {"member", {kMember.kind, member_id}};
  RETURN_IF_ERROR(record::PutReferences(tx, kept.row.key, {&reference, 1}));
  RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  return Show(tx, author.caller, std::move(kept), tx.now());
}

absl::StatusOr<Membership> Memberships::Update(Transaction& tx, const Author& author, const Membership& membership,
                                               const google::protobuf::FieldMask& mask) const {
  if (membership.etag().empty()) return errors::EtagMissing(membership.name());
  ASSIGN_OR_RETURN(Kept<Membership> kept, records_.NeedForUpdate<Membership>(tx, membership.name()));
  ASSIGN_OR_RETURN(const Membership shown, Show(tx, author.caller, kept, tx.now()));
  if (!Coordinates(author.caller, NetworkOf(kept.row.key)) || IsSelf(author.caller, kept.resource.member())) {
    return errors::AccessDenied();
  }
  RETURN_IF_ERROR(rpc::CheckEtag(membership.name(), membership.etag(), shown.etag()));
  if (IsOver(shown)) return errors::WrongState(Membership::State_Name(shown.state()), "It is over: invite again.");
  const Membership before = kept.resource;
  rpc::ApplyMask(mask, membership, &kept.resource);
  RETURN_IF_ERROR(rpc::CheckImmutable(before, kept.resource, "membership."));
  RETURN_IF_ERROR(CheckEnd(kept.resource, tx.now()));
  return Store(tx, author, std::move(kept));
}

absl::StatusOr<Membership> Memberships::Approve(Transaction& tx, const Author& author, std::string_view name,
                                                std::string_view etag) const {
  if (etag.empty()) return errors::EtagMissing(name);
  ASSIGN_OR_RETURN(Kept<Membership> kept, records_.NeedForUpdate<Membership>(tx, name));
  ASSIGN_OR_RETURN(const Membership shown, Show(tx, author.caller, kept, tx.now()));
  RETURN_IF_ERROR(rpc::CheckEtag(name, etag, shown.etag()));
  if (!Waits(shown)) {
    return errors::WrongState(Membership::State_Name(shown.state()), "Only an invitation or a request is accepted.");
  }
  const bool invited = shown.state() == Membership::INVITED;
  const bool other_side =
      invited ? IsSelf(author.caller, shown.member()) : Coordinates(author.caller, NetworkOf(kept.row.key));
  if (!other_side || IsSelf(author.caller, kept.resource.proposed_by())) return errors::AccessDenied();
  kept.resource.set_state(Membership::ACTIVE);
  kept.resource.set_approved_by(author.caller.principal());
  return Store(tx, author, std::move(kept));
}

absl::StatusOr<Membership> Memberships::End(Transaction& tx, const Author& author, std::string_view name) const {
  ASSIGN_OR_RETURN(Kept<Membership> kept, records_.NeedForUpdate<Membership>(tx, name));
  ASSIGN_OR_RETURN(Membership shown, Show(tx, author.caller, kept, tx.now()));
  const bool allowed = IsSelf(author.caller, shown.member()) || Coordinates(author.caller, NetworkOf(kept.row.key));
  if (!allowed) return errors::AccessDenied();
  if (kept.resource.state() == Membership::ENDED) return shown;
  kept.resource.set_state(Membership::ENDED);
  return Store(tx, author, std::move(kept));
}

absl::StatusOr<Membership> Memberships::Get(ReadTransaction& tx, const access::Caller& caller, std::string_view name,
                                            absl::Time now) const {
  ASSIGN_OR_RETURN(Kept<Membership> kept, records_.Need<Membership>(tx, name));
  return Show(tx, caller, std::move(kept), now);
}

absl::StatusOr<std::vector<Membership>> Memberships::List(ReadTransaction& tx, const access::Caller& caller,
                                                          std::string_view network, std::string_view after_id,
                                                          int count_max, absl::Time now, std::string* last_id) const {
  last_id->clear();
  if (!BelongsTo(caller, network) && !Coordinates(caller, network)) return errors::NotFound(network);
  const std::string prefix = std::string(LastPart(network)) + "/";
  const std::string from = after_id.empty() ? prefix : std::string(after_id);
  ASSIGN_OR_RETURN(std::vector<Kept<Membership>> page, records_.Page<Membership>(tx, from, count_max + 1));
  std::erase_if(page, [&](const auto& kept) { return !kept.row.key.id.starts_with(prefix); });
  if (page.size() > static_cast<size_t>(count_max)) {
    page.pop_back();
    *last_id = page.back().row.key.id;
  }
  std::vector<Membership> list;
  for (Kept<Membership>& kept : page) {
    absl::StatusOr<Membership> shown = Show(tx, caller, std::move(kept), now);
    if (shown.ok()) {
      list.push_back(*std::move(shown));
    } else if (!absl::IsNotFound(shown.status())) {
      return shown.status();
    }
  }
  return list;
}

}  // namespace schutznetz::exchange
