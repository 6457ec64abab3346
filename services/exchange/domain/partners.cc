#include "services/exchange/domain/partners.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/common/record/random_id.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/field_mask.h"
#include "services/exchange/domain/people.h"

namespace schutznetz::exchange {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using v1::Partner;
using v1::PartnerKey;

using Scopes = google::protobuf::RepeatedPtrField<std::string>;

constexpr std::string_view kScopes[] = {"changes.read", "restricted.read", "records.import"};
constexpr int kPartnersPerScan = 100;

template <typename Known>
absl::Status CheckScopes(const std::string& field, const Scopes& scopes, const Known& known,
                         std::string_view description) {
  std::vector<errors::FieldViolation> violations;
  for (int i = 0; i < scopes.size(); ++i) {
    const auto same = [&](const auto& scope) { return scope == scopes[i]; };
    if (std::none_of(std::begin(known), std::end(known), same)) {
      violations.push_back({field + "[" + std::to_string(i) + "]", std::string(description)});
    }
  }
  return violations.empty() ? absl::OkStatus() : errors::InvalidFields(std::move(violations));
}

absl::Status CheckPartner(const Partner& partner) {
  return CheckScopes("partner.scopes", partner.scopes(), kScopes,
                     "Must be changes.read, restricted.read or records.import.");
}

absl::Status CompleteKey(const Partner& partner, absl::Time now, PartnerKey* key) {
  if (!key->has_expire_time()) *key->mutable_expire_time() = TimestampOf(now + kKeyDefault);
  const absl::Time end = TimeOf(key->expire_time());
  if (end <= now || end > now + kKeyMax) {
    return errors::InvalidField("key.expireTime", "Must be in the future, at most one year ahead.");
  }
  return CheckScopes("key.scopes", key->scopes(), partner.scopes(), "Must be a scope of the partner.");
}

}  // namespace

absl::StatusOr<Partner> Partners::Create(Transaction& tx, const Author& author, Partner partner) const {
  RETURN_IF_ERROR(CheckPartner(partner));
  Kept<Partner> kept;
  kept.row.key.id = record::NewRandomId();
  kept.resource = std::move(partner);
  kept.resource.clear_etag();
  kept.resource.set_state(Partner::ACTIVE);
  RETURN_IF_ERROR(records_.Add(tx, author, {}, &kept));
  return records_.Show(kept, wire::LevelSet());
}

absl::StatusOr<Partner> Partners::Update(Transaction& tx, const Author& author, const Partner& partner,
                                         const google::protobuf::FieldMask& mask) const {
  if (partner.etag().empty()) return errors::EtagMissing(partner.name());
  ASSIGN_OR_RETURN(Kept<Partner> kept, records_.NeedForUpdate<Partner>(tx, partner.name()));
  ASSIGN_OR_RETURN(const Partner shown, records_.Show(kept, wire::LevelSet()));
  RETURN_IF_ERROR(rpc::CheckEtag(partner.name(), partner.etag(), shown.etag()));
  rpc::ApplyMask(mask, partner, &kept.resource);
  kept.resource.clear_etag();
  RETURN_IF_ERROR(CheckPartner(kept.resource));
  RETURN_IF_ERROR(records_.Save(tx, author, {}, &kept));
  RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  return records_.Show(kept, wire::LevelSet());
}

absl::StatusOr<Partner> Partners::SetState(Transaction& tx, const Author& author, std::string_view name,
                                           Partner::State state) const {
  ASSIGN_OR_RETURN(Kept<Partner> kept, records_.NeedForUpdate<Partner>(tx, name));
  if (kept.resource.state() != state) {
    kept.resource.set_state(state);
    RETURN_IF_ERROR(records_.Save(tx, author, {}, &kept));
    RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  }
  return records_.Show(kept, wire::LevelSet());
}

absl::StatusOr<Partner> Partners::Get(ReadTransaction& tx, std::string_view name) const {
  ASSIGN_OR_RETURN(const Kept<Partner> kept, records_.Need<Partner>(tx, name));
  return records_.Show(kept, wire::LevelSet());
}

absl::StatusOr<std::vector<Partner>> Partners::List(ReadTransaction& tx, std::string_view after_id,
                                                    int count_max) const {
  ASSIGN_OR_RETURN(const std::vector<Kept<Partner>> page, records_.Page<Partner>(tx, after_id, count_max));
  std::vector<Partner> list;
  for (const Kept<Partner>& kept : page) {
    ASSIGN_OR_RETURN(list.emplace_back(), records_.Show(kept, wire::LevelSet()));
  }
  return list;
}

absl::StatusOr<PartnerKey> Partners::Show(Kept<PartnerKey> kept, absl::Time now) const {
  ExpireAt(now, &kept.resource);
  return records_.Show(kept, wire::LevelSet());
}

absl::StatusOr<v1::CreatePartnerKeyResponse> Partners::CreateKey(Transaction& tx, const Author& author,
                                                                 std::string_view partner_name, PartnerKey key) const {
  // The lock on the partner also keeps two keys from being made at a time.
  ASSIGN_OR_RETURN(const Kept<Partner> partner, records_.NeedForUpdate<Partner>(tx, partner_name));
  RETURN_IF_ERROR(CompleteKey(partner.resource, tx.now(), &key));
  ASSIGN_OR_RETURN(const std::vector<PartnerKey> keys, ListKeys(tx, partner_name, "", kPartnersPerScan, tx.now()));
  const auto good =
      std::count_if(keys.begin(), keys.end(), [](const auto& other) { return other.state() == PartnerKey::ACTIVE; });
  if (good >= kGoodKeysMax || keys.size() >= kPartnersPerScan) return errors::InUse(partner_name, good);

  const std::string id = record::NewRandomId();
  const std::string secret = access::NewApiKey(id);
  Kept<PartnerKey> kept;
  kept.row.key = {kPartnerKey.kind, partner.row.key.id + "/" + id};
  kept.resource = std::move(key);
  kept.resource.clear_etag();
  kept.resource.set_state(PartnerKey::ACTIVE);
  RETURN_IF_ERROR(
      records_.store().AddCredential(tx, kept.row.key, pepper_.OfKey(*access::ParseApiKey(secret))).status());
  RETURN_IF_ERROR(records_.Add(tx, author, {}, &kept));
  RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  v1::CreatePartnerKeyResponse response;
  ASSIGN_OR_RETURN(*response.mutable_key(), Show(std::move(kept), tx.now()));
  response.set_secret(secret);
  return response;
}

absl::StatusOr<PartnerKey> Partners::RevokeKey(Transaction& tx, const Author& author, std::string_view name) const {
  ASSIGN_OR_RETURN(Kept<PartnerKey> kept, records_.NeedForUpdate<PartnerKey>(tx, name));
  if (kept.resource.state() != PartnerKey::REVOKED) {
    kept.resource.set_state(PartnerKey::REVOKED);
    RETURN_IF_ERROR(records_.Save(tx, author, {}, &kept));
    RETURN_IF_ERROR(records_.store().RaiseRightsVersion(tx));
  }
  return Show(std::move(kept), tx.now());
}

absl::StatusOr<std::vector<PartnerKey>> Partners::ListKeys(ReadTransaction& tx, std::string_view partner,
                                                           std::string_view after_id, int count_max,
                                                           absl::Time now) const {
  ASSIGN_OR_RETURN(const Kept<Partner> owner, records_.Need<Partner>(tx, partner));
  const std::string prefix = owner.row.key.id + "/";
  const std::string from = after_id.empty() ? prefix : std::string(after_id);
  ASSIGN_OR_RETURN(std::vector<Kept<PartnerKey>> page, records_.Page<PartnerKey>(tx, from, count_max));
  std::vector<PartnerKey> list;
  for (Kept<PartnerKey>& kept : page) {
    if (!kept.row.key.id.starts_with(prefix)) break;
    ASSIGN_OR_RETURN(list.emplace_back(), Show(std::move(kept), now));
  }
  return list;
}

}  // namespace schutznetz::exchange
