#include "services/exchange/view/rights_view.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/tokens/token_issuer.h"
#include "services/exchange/domain/kinds.h"
#include "services/exchange/domain/people.h"
#include "services/exchange/view/caller_builder.h"

namespace schutznetz::exchange {
namespace {

using storage::ReadTransaction;

constexpr int kScanPage = 500;
constexpr const Kind* kKinds[] = {&kMember, &kMembership, &kGrant, &kPartner, &kPartnerKey};

template <typename Resource>
absl::StatusOr<Resource> Parse(const record::Record& row) {
  Resource resource;
  if (!resource.ParseFromString(row.body)) return absl::DataLossError("a stored record cannot be read");
  return resource;
}

const Kind* KindNamed(std::string_view kind) {
  for (const Kind* known : kKinds) {
    if (kind == known->kind) return known;
  }
  return nullptr;
}

// Takes an entry out of a map of maps, and the inner map with its last one.
template <typename Maps>
void EraseIn(Maps* maps, const std::string& outer, const std::string& inner) {
  const auto found = maps->find(outer);
  if (found == maps->end()) return;
  found->second.erase(inner);
  if (found->second.empty()) maps->erase(found);
}

std::string IdIn(const Kind& kind, std::string_view name) { return IdOfName(kind, name).value_or(""); }

}  // namespace

RightsView::RightsView(storage::Database& database, const ExchangeStore& store, const Pepper& pepper,
                       const Clock& clock, Log log, OnRights on_rights)
    : store_(store), pepper_(pepper), clock_(clock), on_rights_(std::move(on_rights)) {
  changes::FollowerOptions options;
  options.log = std::move(log);
  follower_ = std::make_unique<changes::Follower>(database, *this, std::move(options));
}

RightsView::~RightsView() = default;

absl::StatusOr<std::unique_ptr<RightsView>> RightsView::Start(storage::Database& database, const ExchangeStore& store,
                                                              const Pepper& pepper, const Clock& clock, Log log,
                                                              OnRights on_rights) {
  std::unique_ptr<RightsView> view(
      new RightsView(database, store, pepper, clock, std::move(log), std::move(on_rights)));
  RETURN_IF_ERROR(view->follower_->Start());
  return view;
}

absl::StatusOr<storage::Position> RightsView::Rebuild(storage::Database& database) {
  ASSIGN_OR_RETURN(const storage::Position position, changes::HeadPosition(database, absl::InfiniteFuture()));
  Content content;
  // The version first: what is read later may be newer than it says, never older.
  RETURN_IF_ERROR(database.Read([&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(content.version, store_.RightsVersion(tx));
    return absl::OkStatus();
  }));
  for (const Kind* kind : kKinds) {
    std::string after;
    for (int count = kScanPage; count == kScanPage;) {
      RETURN_IF_ERROR(database.Read([&](ReadTransaction& tx) -> absl::Status {
        std::vector<std::string> ids;
        ASSIGN_OR_RETURN(count, record::Scan(tx, kind->kind, after, kScanPage, [&](const record::Record& row) {
                           ids.push_back(row.key.id);
                           return absl::OkStatus();
                         }));
        for (const std::string& id : ids) RETURN_IF_ERROR(ReadRecord(tx, {kind->kind, id}, &content));
        if (!ids.empty()) after = ids.back();
        return absl::OkStatus();
      }));
    }
  }
  std::unique_lock lock(mutex_);
  content_ = std::move(content);
  return position;
}

absl::Status RightsView::Apply(ReadTransaction& tx, const changes::ChangeBatch& batch) {
  ASSIGN_OR_RETURN(const int64_t version, store_.RightsVersion(tx));
  std::set<record::RecordKey> changed;
  for (const changes::Change& change : batch.changes) {
    const Kind* kind = KindNamed(change.record.kind);
    if (kind != nullptr) changed.insert({kind->kind, IdIn(*kind, change.record.name)});
  }
  bool rose = false;
  {
    std::unique_lock lock(mutex_);  // held while reading: a few rows, and nobody may see half of a write
    for (const record::RecordKey& key : changed) RETURN_IF_ERROR(ReadRecord(tx, key, &content_));
    rose = version > content_.version;
    content_.version = version;
  }
  if (rose && on_rights_ != nullptr) on_rights_(version);
  return absl::OkStatus();
}

absl::Status RightsView::TakeMember(ReadTransaction& tx, const record::Record* row, const std::string& id,
                                    Content* content) const {
  if (row == nullptr) {
    const auto digest = content->member_digests.find(id);
    if (digest != content->member_digests.end()) {
      content->members_by_digest.erase(digest->second);
      content->member_digests.erase(digest);
    }
    content->members.erase(id);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(content->members[id], Parse<v1::Member>(*row));
  ASSIGN_OR_RETURN(const std::optional<std::string> digest, store_.Credential(tx, row->key));
  if (digest) {
    content->member_digests[id] = *digest;
    content->members_by_digest[*digest] = id;
  }
  return absl::OkStatus();
}

absl::Status RightsView::TakeKey(ReadTransaction& tx, const record::Record* row, const std::string& id,
                                 Content* content) const {
  const std::string key_id(LastPart(id));
  if (row == nullptr) {
    content->keys.erase(key_id);
    return absl::OkStatus();
  }
  Key entry;
  ASSIGN_OR_RETURN(entry.key, Parse<v1::PartnerKey>(*row));
  ASSIGN_OR_RETURN(const std::optional<std::string> digest, store_.Credential(tx, row->key));
  entry.partner = ParentPart(id);
  entry.digest = digest.value_or("");
  content->keys[key_id] = std::move(entry);
  return absl::OkStatus();
}

// Brings what `content` says of one record to what the snapshot says.
absl::Status RightsView::ReadRecord(ReadTransaction& tx, const record::RecordKey& key, Content* content) const {
  ASSIGN_OR_RETURN(const std::optional<record::Record> found, record::Get(tx, key));
  const record::Record* row = found ? &*found : nullptr;
  const std::string& id = key.id;
  if (key.kind == kMember.kind) return TakeMember(tx, row, id, content);
  if (key.kind == kPartnerKey.kind) return TakeKey(tx, row, id, content);
  if (key.kind == kMembership.kind) {
    const std::string member(LastPart(id));
    if (row == nullptr) {
      EraseIn(&content->memberships, member, id);
    } else {
      ASSIGN_OR_RETURN(content->memberships[member][id], Parse<v1::Membership>(*row));
    }
  } else if (key.kind == kGrant.kind) {
    if (row == nullptr) {
      EraseIn(&content->grants, content->grant_owners[id], id);
      content->grant_owners.erase(id);
    } else {
      ASSIGN_OR_RETURN(v1::Grant grant, Parse<v1::Grant>(*row));
      const std::string member = IdIn(kMember, grant.principal());
      content->grant_owners[id] = member;
      content->grants[member][id] = std::move(grant);
    }
  } else if (row == nullptr) {
    content->partners.erase(id);
  } else {
    ASSIGN_OR_RETURN(content->partners[id], Parse<v1::Partner>(*row));
  }
  return absl::OkStatus();
}

absl::Status RightsView::Confirm() const {
  if (absl::Now() - follower_->confirmed_time() <= kRightsAgeMax) return absl::OkStatus();
  return errors::TemporarilyUnavailable(absl::Seconds(1));
}

absl::StatusOr<int64_t> RightsView::RightsVersion() const {
  RETURN_IF_ERROR(Confirm());
  std::shared_lock lock(mutex_);
  return content_.version;
}

absl::StatusOr<v1::ResolvedCaller> RightsView::Resolve(const v1::ResolveCallerRequest& request) const {
  RETURN_IF_ERROR(Confirm());
  const absl::Time now = clock_.Now();
  std::shared_lock lock(mutex_);
  switch (request.credential_case()) {
    case v1::ResolveCallerRequest::kToken:
      return ResolveToken(request.token().issuer(), request.token().subject(), now);
    case v1::ResolveCallerRequest::kKey: {
      ASSIGN_OR_RETURN(KeyHolder holder, ResolveKey({request.key().key_id(), request.key().secret()}, now));
      return std::move(holder.caller);
    }
    case v1::ResolveCallerRequest::CREDENTIAL_NOT_SET:
      break;
  }
  return errors::InvalidField("credential", "Must be a token or a key.");
}

// Tokens of this installation name the member, or the key they were given for, so that they end with it; those of
// others are found by their subject.
absl::StatusOr<v1::ResolvedCaller> RightsView::ResolveToken(std::string_view issuer, std::string_view subject,
                                                            absl::Time now) const {
  if (issuer == tokens::kOwnIssuer) {
    if (const auto member = IdOfName(kMember, subject)) return ResolveMember(*member, now);
    const auto key = content_.keys.find(std::string(LastPart(IdOfName(kPartnerKey, subject).value_or(""))));
    if (key != content_.keys.end() && key->second.key.name() == subject) return HolderOf(key->second, now);
  }
  const auto found = content_.members_by_digest.find(pepper_.OfSubject(issuer, subject));
  if (found == content_.members_by_digest.end()) return errors::CredentialsRequired();
  return ResolveMember(found->second, now);
}

absl::StatusOr<v1::ResolvedCaller> RightsView::ResolveMember(const std::string& id, absl::Time now) const {
  const auto member = content_.members.find(id);
  if (member == content_.members.end() || member->second.state() != v1::Member::ACTIVE) {
    return errors::CredentialsRequired();
  }
  CallerBuilder builder(member->second.name(), content_.version, now);
  builder.AddMember(member->second);
  if (const auto grants = content_.grants.find(id); grants != content_.grants.end()) {
    for (const auto& [grant_id, grant] : grants->second) builder.AddGrant(grant);
  }
  if (const auto memberships = content_.memberships.find(id); memberships != content_.memberships.end()) {
    for (const auto& [membership_id, membership] : memberships->second) {
      builder.AddMembership("networks/" + std::string(ParentPart(membership_id)), membership);
    }
  }
  return std::move(builder).Build();
}

absl::StatusOr<KeyHolder> RightsView::ResolveKey(const access::ApiKey& presented, absl::Time now) const {
  const std::string digest = pepper_.OfKey(presented);
  const auto key = content_.keys.find(std::string(presented.id));
  if (key == content_.keys.end() || !access::DigestsEqual(key->second.digest, digest)) {
    return errors::CredentialsRequired();
  }
  ASSIGN_OR_RETURN(v1::ResolvedCaller caller, HolderOf(key->second, now));
  return KeyHolder{key->second.key.name(), std::move(caller)};
}

absl::StatusOr<KeyHolder> RightsView::ResolveKeyHolder(const access::ApiKey& key) const {
  RETURN_IF_ERROR(Confirm());
  std::shared_lock lock(mutex_);
  return ResolveKey(key, clock_.Now());
}

std::string RightsView::KeyNamed(std::string_view key_id) const {
  std::shared_lock lock(mutex_);
  const auto key = content_.keys.find(std::string(key_id));
  return key == content_.keys.end() ? std::string() : key->second.key.name();
}

absl::StatusOr<v1::ResolvedCaller> RightsView::HolderOf(const Key& key, absl::Time now) const {
  v1::PartnerKey at = key.key;
  ExpireAt(now, &at);
  const auto partner = content_.partners.find(key.partner);
  if (at.state() != v1::PartnerKey::ACTIVE || partner == content_.partners.end() ||
      partner->second.state() != v1::Partner::ACTIVE) {
    return errors::CredentialsRequired();
  }
  CallerBuilder builder(partner->second.name(), content_.version, now);
  builder.AddKey(partner->second.scopes(), at);
  return std::move(builder).Build();
}

void RightsView::WhenReached(const storage::Position& position, absl::Time deadline,
                             absl::AnyInvocable<void(absl::Status)> then) {
  if (position.epoch != follower_->position().epoch) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
  follower_->WhenReached(position.number, deadline, std::move(then));
}

storage::Position RightsView::position() const { return follower_->position(); }

}  // namespace schutznetz::exchange
