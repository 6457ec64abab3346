#include "services/directory/domain/protection_changes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "google/protobuf/util/time_util.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/protected_parts.h"
#include "services/common/record/random_id.h"
#include "services/common/record/record_store.h"
#include "services/common/record/second_person.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/resource_name.h"
#include "services/common/time/timestamp.h"

namespace schutznetz::directory {
namespace {

using common::v1::FieldRule;
using google::protobuf::Message;
using record::Author;
using storage::ChangeOperation;
using storage::ReadTransaction;
using storage::Transaction;
using v1::ProtectionChange;

constexpr char kPrefix[] = "protectionChange.";
constexpr int kRowsPerScan = 500;

absl::Status Wrong(const std::string& field, std::string_view sentence) {
  return errors::InvalidField(kPrefix + field, sentence);
}

// What was proposed, done to the resource.
absl::Status SetAll(const ProtectionChange& change, Message* resource) {
  if (change.protection() != common::v1::VISIBILITY_UNSPECIFIED &&
      !record::SetProtection(FieldRule::RECORD_PROTECTION, change.protection(), resource)) {
    return Wrong("protection", "This resource has none.");
  }
  if (change.address_protection() != common::v1::VISIBILITY_UNSPECIFIED &&
      !record::SetProtection(FieldRule::ADDRESS_PROTECTION, change.address_protection(), resource)) {
    return Wrong("addressProtection", "This resource has none.");
  }
  for (int i = 0; i < change.parts_size(); ++i) {
    if (record::SetPartProtection(change.parts(i).path(), change.parts(i).protection(), resource)) continue;
    return Wrong("parts[" + std::to_string(i) + "].path", "Must lead to a value with a protection: \"phones[0]\".");
  }
  return absl::OkStatus();
}

void ExpireAt(absl::Time now, ProtectionChange* change) {
  if (change->state() == ProtectionChange::PROPOSED && TimeOf(change->expire_time()) <= now) {
    change->set_state(ProtectionChange::EXPIRED);
  }
}

// Since when, or from when on, nothing can be done with it any more.
absl::Time OverSince(const record::Record& row, const ProtectionChange& change) {
  if (change.state() == ProtectionChange::PROPOSED) return TimeOf(change.expire_time());
  return absl::FromUnixMicros(row.update_us);
}

record::RecordScope ScopeOf(const ProtectionChange& change) {
  return {{change.lands().begin(), change.lands().end()}, {}};
}

// Editors of the resource's Länder, as they see what is protected there.
bool MaySee(const access::Caller& caller, const ProtectionChange& change) {
  return record::LevelsFor(caller, ScopeOf(change)).Has(common::v1::PROTECTED);
}

bool Matches(const ProtectionChange& change, const ProtectionChangeFilter& filter) {
  return (filter.resource.empty() || change.resource() == filter.resource) &&
         (filter.state == ProtectionChange::STATE_UNSPECIFIED || change.state() == filter.state);
}

}  // namespace

absl::StatusOr<ProtectionChanges::Kept> ProtectionChanges::Read(record::Record row) const {
  Kept kept{std::move(row), {}};
  if (!kept.change.ParseFromString(kept.row.body)) return absl::DataLossError("a stored proposal cannot be read");
  return kept;
}

absl::StatusOr<ProtectionChanges::Kept> ProtectionChanges::FindForChange(Transaction& tx, const access::Caller& caller,
                                                                         std::string_view name) const {
  const auto id = rpc::IdIn(kProtectionChanges, name);
  if (!id) return errors::NotFound(name);
  ASSIGN_OR_RETURN(std::optional<record::Record> row,
                   record::GetForUpdate(tx, {kProtectionChangeKind, std::string(*id)}));
  if (!row) return errors::NotFound(name);
  ASSIGN_OR_RETURN(Kept kept, Read(*std::move(row)));
  if (!MaySee(caller, kept.change)) return errors::NotFound(name);
  if (!record::MayEdit(caller, ScopeOf(kept.change))) return errors::AccessDenied();
  return kept;
}

absl::StatusOr<const record::ResourceRules*> ProtectionChanges::RulesOf(std::string_view resource) const {
  const record::ResourceRules* rules = rules_.all().OfCollection(resource.substr(0, resource.find('/')));
  if (rules == nullptr) return Wrong("resource", "Must name a resource of the directory: \"locations/musterhaus\".");
  return rules;
}

absl::StatusOr<ProtectionChange> ProtectionChanges::Show(Kept kept, absl::Time now) const {
  ExpireAt(now, &kept.change);
  kept.row.body = kept.change.SerializeAsString();
  ASSIGN_OR_RETURN(const record::Presented presented, record::Present(kept.row, table_, wire::LevelSet::All(), {}));
  ProtectionChange shown;
  if (!shown.ParseFromString(presented.bytes)) return absl::DataLossError("a proposal cannot be shown");
  return shown;
}

absl::Status ProtectionChanges::Save(Transaction& tx, const Author& author, Kept* kept) const {
  kept->row.body = kept->change.SerializeAsString();
  kept->row.update_us = kept->row.public_update_us = std::max(absl::ToUnixMicros(tx.now()), kept->row.update_us);
  RETURN_IF_ERROR(record::Update(tx, kept->row));
  RETURN_IF_ERROR(record::ReleaseUnique(tx, kept->row.key));  // decided: another one may be proposed
  tx.AppendChange({.kind = kProtectionChangeKind,
                   .name = kept->change.name(),
                   .operation = ChangeOperation::kUpdated,
                   .trace_id = std::string(author.trace_id)});
  return absl::OkStatus();
}

// One proposal for each resource waits at a time. One that can be approved no more gives way.
absl::Status ProtectionChanges::Claim(Transaction& tx, const Kept& kept) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> holder,
                   record::ClaimUnique(tx, kept.row.key, kept.change.resource()));
  if (!holder) return absl::OkStatus();
  const record::RecordKey key = {kProtectionChangeKind, *holder};
  // Not locked: who approves it holds it and may wait for the resource, which this write holds.
  ASSIGN_OR_RETURN(std::optional<record::Record> row, record::Get(tx, key));
  if (row) {
    ASSIGN_OR_RETURN(Kept other, Read(*std::move(row)));
    ExpireAt(tx.now(), &other.change);
    const bool waits = other.change.state() == ProtectionChange::PROPOSED;
    if (waits && other.change.resource_version() == kept.change.resource_version()) {
      return errors::Exists(other.change.name());
    }
  }
  RETURN_IF_ERROR(record::ReleaseUnique(tx, key));
  ASSIGN_OR_RETURN(const std::optional<std::string> still,
                   record::ClaimUnique(tx, kept.row.key, kept.change.resource()));
  return still ? errors::RequestInProgress() : absl::OkStatus();
}

absl::StatusOr<ProtectionChange> ProtectionChanges::Create(Transaction& tx, const Author& author,
                                                           ProtectionChange change) const {
  ASSIGN_OR_RETURN(const record::ResourceRules* rules, RulesOf(change.resource()));
  const auto set = [&](Message* resource) { return SetAll(change, resource); };
  ASSIGN_OR_RETURN(const record::StandardMethods::Lowerable lowerable,
                   methods_.JudgeLowering(tx, author, *rules, change.resource(), change.resource_etag(), set, kPrefix));
  Kept kept;
  kept.row.key = {kProtectionChangeKind, record::NewRandomId()};
  change.set_name(rpc::NameOf(kProtectionChanges, kept.row.key.id));
  change.clear_etag();
  change.set_state(ProtectionChange::PROPOSED);
  change.set_proposed_by(author.caller.principal());
  change.mutable_lands()->Assign(lowerable.scope.lands.begin(), lowerable.scope.lands.end());
  change.set_resource_version(lowerable.version);
  *change.mutable_expire_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(tx.now() + kProposalOpen));
  kept.change = std::move(change);
  RETURN_IF_ERROR(Claim(tx, kept));
  kept.row.body = kept.change.SerializeAsString();
  kept.row.create_us = kept.row.update_us = kept.row.public_update_us = absl::ToUnixMicros(tx.now());
  RETURN_IF_ERROR(record::InsertLater(tx, kept.row));
  tx.AppendChange({.kind = kProtectionChangeKind,
                   .name = kept.change.name(),
                   .operation = ChangeOperation::kCreated,
                   .trace_id = std::string(author.trace_id)});
  return Show(std::move(kept), tx.now());
}

absl::StatusOr<ProtectionChange> ProtectionChanges::Approve(Transaction& tx, const Author& author,
                                                            std::string_view name, std::string_view etag) const {
  if (etag.empty()) return errors::EtagMissing(name);
  ASSIGN_OR_RETURN(Kept kept, FindForChange(tx, author.caller, name));
  ASSIGN_OR_RETURN(const ProtectionChange shown, Show(kept, tx.now()));
  RETURN_IF_ERROR(rpc::CheckEtag(name, etag, shown.etag()));
  const std::string& state = ProtectionChange::State_Name(shown.state());
  if (shown.state() != ProtectionChange::PROPOSED) {
    return errors::WrongState(state, "Only a waiting proposal is approved.");
  }
  RETURN_IF_ERROR(record::CheckSecondPerson(author.caller, {shown.proposed_by()}, state,
                                            "Another editor must approve than the one who proposed."));
  ASSIGN_OR_RETURN(const record::ResourceRules* rules, RulesOf(shown.resource()));
  const auto set = [&](Message* resource) { return SetAll(shown, resource); };
  RETURN_IF_ERROR(methods_.Lower(tx, author, *rules, shown.resource(), shown.resource_version(), set).status());
  kept.change.set_state(ProtectionChange::APPROVED);
  kept.change.set_decided_by(author.caller.principal());
  RETURN_IF_ERROR(Save(tx, author, &kept));
  return Show(std::move(kept), tx.now());
}

absl::StatusOr<ProtectionChange> ProtectionChanges::Reject(Transaction& tx, const Author& author,
                                                           std::string_view name) const {
  ASSIGN_OR_RETURN(Kept kept, FindForChange(tx, author.caller, name));
  if (kept.change.state() == ProtectionChange::REJECTED) return Show(std::move(kept), tx.now());
  if (kept.change.state() != ProtectionChange::PROPOSED) {
    return errors::WrongState(ProtectionChange::State_Name(kept.change.state()), "It was approved already.");
  }
  kept.change.set_state(ProtectionChange::REJECTED);
  kept.change.set_decided_by(author.caller.principal());
  RETURN_IF_ERROR(Save(tx, author, &kept));
  return Show(std::move(kept), tx.now());
}

absl::StatusOr<ProtectionChange> ProtectionChanges::Get(ReadTransaction& tx, const access::Caller& caller,
                                                        std::string_view name, absl::Time now) const {
  const auto id = rpc::IdIn(kProtectionChanges, name);
  if (!id) return errors::NotFound(name);
  ASSIGN_OR_RETURN(std::optional<record::Record> row, record::Get(tx, {kProtectionChangeKind, std::string(*id)}));
  if (!row) return errors::NotFound(name);
  ASSIGN_OR_RETURN(Kept kept, Read(*std::move(row)));
  if (!MaySee(caller, kept.change)) return errors::NotFound(name);
  return Show(std::move(kept), now);
}

absl::StatusOr<std::vector<ProtectionChange>> ProtectionChanges::List(ReadTransaction& tx, const access::Caller& caller,
                                                                      const ProtectionChangeFilter& filter,
                                                                      std::string after_id, int count_max,
                                                                      absl::Time now) const {
  // Reads on until the page is full, so that its size tells nothing of proposals that the caller may not see.
  std::vector<ProtectionChange> list;
  for (int rows = kRowsPerScan; rows == kRowsPerScan && list.size() < static_cast<size_t>(count_max);) {
    const std::string after = after_id;
    ASSIGN_OR_RETURN(rows, record::Scan(tx, kProtectionChangeKind, after, kRowsPerScan,
                                        [&](const record::Record& row) -> absl::Status {
                                          after_id = row.key.id;
                                          ASSIGN_OR_RETURN(Kept kept, Read(row));
                                          ExpireAt(now, &kept.change);
                                          if (list.size() == static_cast<size_t>(count_max) ||
                                              !MaySee(caller, kept.change) || !Matches(kept.change, filter)) {
                                            return absl::OkStatus();
                                          }
                                          ASSIGN_OR_RETURN(ProtectionChange shown, Show(std::move(kept), now));
                                          list.push_back(std::move(shown));
                                          return absl::OkStatus();
                                        }));
  }
  return list;
}

absl::StatusOr<std::vector<record::RecordKey>> ProtectionChanges::Old(ReadTransaction& tx, absl::Time now,
                                                                      int count_max) const {
  std::vector<record::RecordKey> old;
  std::string after;
  for (int rows = kRowsPerScan; rows == kRowsPerScan && old.size() < static_cast<size_t>(count_max);) {
    const std::string from = after;
    ASSIGN_OR_RETURN(rows, record::Scan(tx, kProtectionChangeKind, from, kRowsPerScan,
                                        [&](const record::Record& row) -> absl::Status {
                                          after = row.key.id;
                                          ASSIGN_OR_RETURN(const Kept kept, Read(row));
                                          const bool is_old = OverSince(kept.row, kept.change) + kDecidedKept <= now;
                                          if (is_old && old.size() < static_cast<size_t>(count_max)) {
                                            old.push_back(row.key);
                                          }
                                          return absl::OkStatus();
                                        }));
  }
  return old;
}

absl::Status ProtectionChanges::Forget(Transaction& tx, absl::Time now,
                                       const std::vector<record::RecordKey>& old) const {
  for (const record::RecordKey& key : old) {
    ASSIGN_OR_RETURN(std::optional<record::Record> row, record::GetForUpdate(tx, key));
    if (!row) continue;  // another replica was first
    ASSIGN_OR_RETURN(const Kept kept, Read(*std::move(row)));
    if (OverSince(kept.row, kept.change) + kDecidedKept > now) continue;  // rejected meanwhile
    RETURN_IF_ERROR(record::Erase(tx, key));
    tx.AppendChange(
        {.kind = kProtectionChangeKind, .name = kept.change.name(), .operation = ChangeOperation::kDeleted});
  }
  return absl::OkStatus();
}

}  // namespace schutznetz::directory
