#include "services/exchange/domain/grants.h"

#include <algorithm>
#include <utility>

#include "services/common/record/random_id.h"
#include "services/common/record/second_person.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/formats.h"
#include "services/common/rpc/resource_name.h"
#include "services/exchange/domain/members.h"
#include "services/exchange/domain/people.h"

namespace schutznetz::exchange {
namespace {

using common::v1::Rule;
using storage::ReadTransaction;
using storage::Transaction;
using v1::Grant;

constexpr int kGrantsPerScan = 500;

// One kind of place, and whether the role holds there.
void CheckPlaces(bool wanted, int count, const char* field, std::vector<errors::FieldViolation>* violations) {
  if (wanted && count == 0) violations->push_back({std::string("grant.") + field, "Must name where the role holds."});
  if (!wanted && count > 0) violations->push_back({std::string("grant.") + field, "Does not fit the role."});
}

absl::Status Check(const Grant& grant, absl::Time now) {
  std::vector<errors::FieldViolation> violations;
  const Rule::Access role = grant.role();
  if (role != Rule::COORDINATOR && role != Rule::EDITOR && role != Rule::MODERATOR && role != Rule::OPERATOR) {
    violations.push_back({"grant.role",
                          "Must be COORDINATOR, EDITOR, MODERATOR or OPERATOR; the others follow from a "
                          "verification, a membership or a key."});
  } else {
    CheckPlaces(role == Rule::EDITOR, grant.lands_size(), "lands", &violations);
    CheckPlaces(role == Rule::COORDINATOR, grant.networks_size(), "networks", &violations);
    CheckPlaces(role == Rule::MODERATOR, grant.rooms_size(), "rooms", &violations);
  }
  for (int i = 0; i < grant.lands_size(); ++i) {
    const auto id = rpc::IdIn("lands", grant.lands(i));
    if (id && rpc::IsLandCode(*id)) continue;
    violations.push_back(
        {"grant.lands[" + std::to_string(i) + "]", "Must be one of the sixteen Länder, for example \"lands/DE-NW\"."});
  }
  if (grant.has_expire_time() && TimeOf(grant.expire_time()) <= now) {
    violations.push_back({"grant.expireTime", "Must be in the future."});
  }
  return violations.empty() ? absl::OkStatus() : errors::InvalidFields(std::move(violations));
}

bool IsOperatorGrant(const Grant& grant, absl::Time now) {
  Grant at = grant;
  ExpireAt(now, &at);
  return at.role() == Rule::OPERATOR && at.state() == Grant::ACTIVE;
}

}  // namespace

bool NeedsSecondPerson(Rule::Access role) { return role == Rule::EDITOR || role == Rule::OPERATOR; }

absl::StatusOr<std::vector<Kept<Grant>>> GrantsOf(const Records& records, ReadTransaction& tx,
                                                  std::string_view member_id) {
  ASSIGN_OR_RETURN(const std::vector<record::RecordKey> keys,
                   record::Referrers(tx, {kMember.kind, std::string(member_id)}, kGrant.kind, "principal", kGrantsMax));
  std::vector<Kept<Grant>> grants;
  for (const record::RecordKey& key : keys) {
    ASSIGN_OR_RETURN(auto grant, records.Find<Grant>(tx, key.id));
    if (grant) grants.push_back(*std::move(grant));
  }
  return grants;
}

absl::StatusOr<Grant> Grants::Show(Kept<Grant> kept, absl::Time now) const {
  ExpireAt(now, &kept.resource);
  return records_.Show(kept, wire::LevelSet());
}

absl::Status Grants::Store(Transaction& tx, const Author& author, Kept<Grant>* kept) const {
  RETURN_IF_ERROR(records_.Save(tx, author, {}, kept));
  return records_.store().RaiseRightsVersion(tx);
}

absl::Status Grants::Insert(Transaction& tx, const Author& author, Kept<Grant>* kept) const {
  const std::string member_id = MemberIdOf(kept->resource.principal());
  ASSIGN_OR_RETURN(const auto member, records_.FindForUpdate<v1::Member>(tx, member_id));
  if (!member || member->resource.state() != v1::Member::ACTIVE) {
    return errors::ReferenceNotFound("grant.principal", kept->resource.principal());
  }
  ASSIGN_OR_RETURN(const std::vector<Kept<Grant>> others, GrantsOf(records_, tx, member_id));
  const auto count = static_cast<int64_t>(others.size());
  if (count >= kGrantsMax) return errors::SizeLimit("The number of grants of a member", kGrantsMax, count + 1);
  kept->row.key.id = record::NewRandomId();
  RETURN_IF_ERROR(records_.Add(tx, author, {}, kept));
  const record::Reference reference = {"principal", {kMember.kind, member_id}};
  RETURN_IF_ERROR(record::PutReferences(tx, kept->row.key, {&reference, 1}));
  return records_.store().RaiseRightsVersion(tx);
}

absl::StatusOr<Grant> Grants::Create(Transaction& tx, const Author& author, Grant grant) const {
  RETURN_IF_ERROR(Check(grant, tx.now()));
  grant.clear_etag();
  grant.set_proposed_by(author.caller.principal());
  grant.set_state(NeedsSecondPerson(grant.role()) ? Grant::PROPOSED : Grant::ACTIVE);
  Kept<Grant> kept;
  kept.resource = std::move(grant);
  RETURN_IF_ERROR(Insert(tx, author, &kept));
  return Show(std::move(kept), tx.now());
}

absl::Status Grants::Install(Transaction& tx, const Author& author, Grant grant) const {
  RETURN_IF_ERROR(Check(grant, tx.now()));
  grant.set_state(Grant::ACTIVE);
  Kept<Grant> kept;
  kept.resource = std::move(grant);
  return Insert(tx, author, &kept);
}

absl::StatusOr<Grant> Grants::Approve(Transaction& tx, const Author& author, std::string_view name,
                                      std::string_view etag) const {
  if (etag.empty()) return errors::EtagMissing(name);
  ASSIGN_OR_RETURN(Kept<Grant> kept, records_.NeedForUpdate<Grant>(tx, name));
  ASSIGN_OR_RETURN(const Grant shown, Show(kept, tx.now()));
  RETURN_IF_ERROR(rpc::CheckEtag(name, etag, shown.etag()));
  if (shown.state() != Grant::PROPOSED) {
    return errors::WrongState(Grant::State_Name(shown.state()), "Only a proposed grant is approved.");
  }
  const std::string& approver = author.caller.principal();
  RETURN_IF_ERROR(
      record::CheckSecondPerson(author.caller, {shown.proposed_by(), shown.principal()}, "PROPOSED",
                                "A second person must approve: neither who proposed the grant nor who gets it."));
  kept.resource.set_state(Grant::ACTIVE);
  kept.resource.set_approved_by(approver);
  RETURN_IF_ERROR(Store(tx, author, &kept));
  return Show(std::move(kept), tx.now());
}

absl::StatusOr<Grant> Grants::Revoke(Transaction& tx, const Author& author, std::string_view name) const {
  ASSIGN_OR_RETURN(Kept<Grant> kept, records_.NeedForUpdate<Grant>(tx, name));
  if (kept.resource.state() == Grant::REVOKED) return Show(std::move(kept), tx.now());
  if (IsOperatorGrant(kept.resource, tx.now())) {
    RETURN_IF_ERROR(CheckNotLastOperator(tx, kept.resource.principal()));
  }
  kept.resource.set_state(Grant::REVOKED);
  kept.resource.set_revoked_by(author.caller.principal());
  RETURN_IF_ERROR(Store(tx, author, &kept));
  return Show(std::move(kept), tx.now());
}

absl::Status Grants::CheckNotLastOperator(Transaction& tx, std::string_view member) const {
  ASSIGN_OR_RETURN(const std::vector<Kept<Grant>> own, GrantsOf(records_, tx, MemberIdOf(member)));
  const auto operates = [&](const Kept<Grant>& kept) { return IsOperatorGrant(kept.resource, tx.now()); };
  if (std::none_of(own.begin(), own.end(), operates)) return absl::OkStatus();
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Kept<Grant>> page, records_.Page<Grant>(tx, after, kGrantsPerScan));
    for (const Kept<Grant>& kept : page) {
      if (!operates(kept) || kept.resource.principal() == member) continue;
      ASSIGN_OR_RETURN(const auto other, records_.FindForUpdate<v1::Member>(tx, MemberIdOf(kept.resource.principal())));
      if (other && other->resource.state() == v1::Member::ACTIVE) return absl::OkStatus();
    }
    if (page.size() < kGrantsPerScan) break;
    after = page.back().row.key.id;
  }
  return errors::WrongState("ACTIVE", "This is the last operator: make another one first.");
}

absl::StatusOr<Grant> Grants::Get(ReadTransaction& tx, std::string_view name, absl::Time now) const {
  ASSIGN_OR_RETURN(Kept<Grant> kept, records_.Need<Grant>(tx, name));
  return Show(std::move(kept), now);
}

absl::StatusOr<std::vector<Grant>> Grants::List(ReadTransaction& tx, const GrantFilter& filter,
                                                std::string_view after_id, int count_max, absl::Time now,
                                                std::string* last_id) const {
  ASSIGN_OR_RETURN(std::vector<Kept<Grant>> page, records_.Page<Grant>(tx, after_id, count_max + 1));
  last_id->clear();
  if (page.size() > static_cast<size_t>(count_max)) {
    page.pop_back();
    *last_id = page.back().row.key.id;
  }
  std::vector<Grant> list;
  for (Kept<Grant>& kept : page) {
    ASSIGN_OR_RETURN(Grant grant, Show(std::move(kept), now));
    const bool matches = (filter.principal.empty() || grant.principal() == filter.principal) &&
                         (filter.state == Grant::STATE_UNSPECIFIED || grant.state() == filter.state);
    if (matches) list.push_back(std::move(grant));
  }
  return list;
}

}  // namespace schutznetz::exchange
