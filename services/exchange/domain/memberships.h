// Memberships: two people stand behind each (SAFETY section 4).
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "schutznetz/exchange/v1/membership.pb.h"
#include "services/common/storage/transaction.h"
#include "services/exchange/domain/records.h"

namespace schutznetz::exchange {

// Thread safe; `records` must outlive it. A membership that the caller may not know, or a network that they do not
// belong to, answers NOT_FOUND. Every function answers the membership as the caller sees it.
class Memberships {
 public:
  explicit Memberships(const Records& records) : records_(records) {}

  // A coordinator of `network` invites, or the caller asks for themselves. A membership that is over starts anew.
  // ALREADY_EXISTS: it is not over. FAILED_PRECONDITION (REFERENCE_NOT_FOUND): no such member, or a suspended one.
  // RESOURCE_EXHAUSTED (SIZE_LIMIT): the member has kMembershipsMax, ended ones included.
  absl::StatusOr<v1::Membership> Create(storage::Transaction& tx, const Author& author, std::string_view network,
                                        v1::Membership membership) const;
  // Role and end, by a coordinator; not of their own.
  absl::StatusOr<v1::Membership> Update(storage::Transaction& tx, const Author& author,
                                        const v1::Membership& membership,
                                        const google::protobuf::FieldMask& mask) const;
  // By the other side than the one that proposed. FAILED_PRECONDITION (WRONG_STATE): nothing waits for it.
  absl::StatusOr<v1::Membership> Approve(storage::Transaction& tx, const Author& author, std::string_view name,
                                         std::string_view etag) const;
  // By either side. Nothing changes when it is over already.
  absl::StatusOr<v1::Membership> End(storage::Transaction& tx, const Author& author, std::string_view name) const;

  absl::StatusOr<v1::Membership> Get(storage::ReadTransaction& tx, const access::Caller& caller, std::string_view name,
                                     absl::Time now) const;
  // Of one network in the order of ids, after `after_id` (empty: from the first). What still waits is for its
  // coordinators and the member alone: a page may therefore hold fewer than `count_max` although more follow;
  // `last_id` is where the next one goes on, empty after the last.
  absl::StatusOr<std::vector<v1::Membership>> List(storage::ReadTransaction& tx, const access::Caller& caller,
                                                   std::string_view network, std::string_view after_id, int count_max,
                                                   absl::Time now, std::string* last_id) const;

  // NOT_FOUND when the caller may not know of it.
  absl::StatusOr<v1::Membership> Show(storage::ReadTransaction& tx, const access::Caller& caller,
                                      Kept<v1::Membership> kept, absl::Time now) const;

 private:
  absl::StatusOr<v1::Membership> Store(storage::Transaction& tx, const Author& author, Kept<v1::Membership> kept) const;

  const Records& records_;
};

}  // namespace schutznetz::exchange
