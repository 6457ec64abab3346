// Lowering a protection by two people: one editor proposes, another one of the same Land approves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "schutznetz/directory/v1/protection_change.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/directory/domain/directory_rules.h"

namespace schutznetz::directory {

// Conditions of a list; empty and unspecified mean all.
struct ProtectionChangeFilter {
  std::string resource;
  v1::ProtectionChange::State state = v1::ProtectionChange::STATE_UNSPECIFIED;
};

// Thread safe. Everything must outlive it. Proposals of Länder that are not the caller's answer as missing ones.
class ProtectionChanges {
 public:
  // `tables` must hold ProtectionChange.
  ProtectionChanges(const DirectoryRules& rules, const record::StandardMethods& methods, const wire::Tables& tables)
      : rules_(rules), methods_(methods), table_(*tables.Find(v1::ProtectionChange::descriptor()->full_name())) {}

  // Besides the codes of StandardMethods::Update for the resource:
  //   INVALID_ARGUMENT (INVALID_FIELD)  not a resource of this server, no such part, or nothing would be lowered
  //   ALREADY_EXISTS (RESOURCE_EXISTS)  a proposal for this state of the resource waits already
  absl::StatusOr<v1::ProtectionChange> Create(storage::Transaction& tx, const record::Author& author,
                                              v1::ProtectionChange change) const;
  // Lowers the protection as it was proposed. Besides the codes of StandardMethods::Update for the resource:
  //   FAILED_PRECONDITION (WRONG_STATE)  decided or expired already, or the caller is who proposed it
  //   ABORTED (ETAG_MISMATCH)            the proposal, or the resource since it was proposed, has changed
  absl::StatusOr<v1::ProtectionChange> Approve(storage::Transaction& tx, const record::Author& author,
                                               std::string_view name, std::string_view etag) const;
  // Nothing changes when it is rejected already. FAILED_PRECONDITION (WRONG_STATE): it was approved.
  absl::StatusOr<v1::ProtectionChange> Reject(storage::Transaction& tx, const record::Author& author,
                                              std::string_view name) const;

  absl::StatusOr<v1::ProtectionChange> Get(storage::ReadTransaction& tx, const access::Caller& caller,
                                           std::string_view name, absl::Time now) const;
  // In the order of ids, after `after_id`: up to `count_max` that the caller may see and the filter lets through.
  absl::StatusOr<std::vector<v1::ProtectionChange>> List(storage::ReadTransaction& tx, const access::Caller& caller,
                                                         const ProtectionChangeFilter& filter, std::string after_id,
                                                         int count_max, absl::Time now) const;

  // Proposals that were decided or ran out kDecidedKept before `now`, at most `count_max`.
  absl::StatusOr<std::vector<record::RecordKey>> Old(storage::ReadTransaction& tx, absl::Time now, int count_max) const;
  // Forgets those of them that are still old.
  absl::Status Forget(storage::Transaction& tx, absl::Time now, const std::vector<record::RecordKey>& old) const;

 private:
  struct Kept {
    record::Record row;
    v1::ProtectionChange change;
  };

  absl::StatusOr<Kept> Read(record::Record row) const;
  absl::StatusOr<Kept> FindForChange(storage::Transaction& tx, const access::Caller& caller,
                                     std::string_view name) const;
  absl::StatusOr<const record::ResourceRules*> RulesOf(std::string_view resource) const;
  absl::StatusOr<v1::ProtectionChange> Show(Kept kept, absl::Time now) const;
  absl::Status Save(storage::Transaction& tx, const record::Author& author, Kept* kept) const;
  absl::Status Claim(storage::Transaction& tx, const Kept& kept) const;

  const DirectoryRules& rules_;
  const record::StandardMethods& methods_;
  const wire::MessageTable& table_;
};

inline constexpr char kProtectionChangeKind[] = "protectionChange";
inline constexpr char kProtectionChanges[] = "protectionChanges";
// Until when a proposal can be approved.
inline constexpr absl::Duration kProposalOpen = absl::Hours(14 * 24);
// How long one can be looked at afterwards. Who proposed and approved stays in the audit log.
inline constexpr absl::Duration kDecidedKept = absl::Hours(90 * 24);

}  // namespace schutznetz::directory
