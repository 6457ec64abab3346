// Grants: roles that operators give; two people for those that matter most.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "schutznetz/exchange/v1/grant.pb.h"
#include "services/common/storage/transaction.h"
#include "services/exchange/domain/records.h"

namespace schutznetz::exchange {

// Conditions of a list; empty and unspecified mean all.
struct GrantFilter {
  std::string principal;
  v1::Grant::State state = v1::Grant::STATE_UNSPECIFIED;
};

// For operators only: the rule of the methods sees to that. Thread safe; `records` must outlive it.
class Grants {
 public:
  explicit Grants(const Records& records) : records_(records) {}

  // EDITOR and OPERATOR wait for a second person, COORDINATOR and MODERATOR hold at once.
  //   INVALID_ARGUMENT (INVALID_FIELD)          a role that is not granted, a place that does not fit it, an end in the
  //                                             past
  //   FAILED_PRECONDITION (REFERENCE_NOT_FOUND) no such member, or a suspended one
  //   RESOURCE_EXHAUSTED (SIZE_LIMIT)           the member has kGrantsMax grants, revoked ones included
  absl::StatusOr<v1::Grant> Create(storage::Transaction& tx, const Author& author, v1::Grant grant) const;
  // FAILED_PRECONDITION (WRONG_STATE): nothing waits, or the approver is who proposed it or who gets it.
  absl::StatusOr<v1::Grant> Approve(storage::Transaction& tx, const Author& author, std::string_view name,
                                    std::string_view etag) const;
  // Nothing changes when it is revoked already. FAILED_PRECONDITION (WRONG_STATE): nobody would be an operator any
  // more.
  absl::StatusOr<v1::Grant> Revoke(storage::Transaction& tx, const Author& author, std::string_view name) const;

  absl::StatusOr<v1::Grant> Get(storage::ReadTransaction& tx, std::string_view name, absl::Time now) const;
  // In the order of ids, after `after_id`. Looks at up to `count_max` grants and answers those that match; `last_id` is
  // where the next page goes on, empty after the last.
  absl::StatusOr<std::vector<v1::Grant>> List(storage::ReadTransaction& tx, const GrantFilter& filter,
                                              std::string_view after_id, int count_max, absl::Time now,
                                              std::string* last_id) const;

  // A grant in force that nobody approved: for the first operators.
  absl::Status Install(storage::Transaction& tx, const Author& author, v1::Grant grant) const;

  // FAILED_PRECONDITION (WRONG_STATE) when this member is an operator and nobody else is one who can act.
  absl::Status CheckNotLastOperator(storage::Transaction& tx, std::string_view member) const;

 private:
  absl::StatusOr<v1::Grant> Show(Kept<v1::Grant> kept, absl::Time now) const;
  absl::Status Store(storage::Transaction& tx, const Author& author, Kept<v1::Grant>* kept) const;
  absl::Status Insert(storage::Transaction& tx, const Author& author, Kept<v1::Grant>* kept) const;

  const Records& records_;
};

// Whether a second person must approve a grant of this role.
bool NeedsSecondPerson(common::v1::Rule::Access role);
// All grants of a member, revoked ones included. At most kGrantsMax.
absl::StatusOr<std::vector<Kept<v1::Grant>>> GrantsOf(const Records& records, storage::ReadTransaction& tx,
                                                      std::string_view member_id);
inline constexpr int kGrantsMax = 200;

}  // namespace schutznetz::exchange
