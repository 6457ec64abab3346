// Members: creation, profile, verification, suspension.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "services/common/personal/pepper.h"
#include "services/common/storage/transaction.h"
#include "services/exchange/domain/records.h"

namespace schutznetz::exchange {

using personal::Pepper;

// Thread safe; arguments must outlive it. A member that the caller may not know answers as one that does not exist
// (NOT_FOUND), one that is known but not the caller's to change PERMISSION_DENIED. Every function answers the member as
// the caller sees it.
class Members {
 public:
  Members(const Records& records, const Pepper& pepper) : records_(records), pepper_(pepper) {}

  // For operators. ALREADY_EXISTS: a member with this token subject; the answer does not say which.
  absl::StatusOr<v1::Member> Create(storage::Transaction& tx, const Author& author, v1::Member member) const;
  // The same for whoever may not see what they make: the first operators. Answers the name.
  absl::StatusOr<std::string> Install(storage::Transaction& tx, const Author& author, v1::Member member) const;
  // The member's own profile. Another profession or organization ends the verification, which spoke of the old one.
  absl::StatusOr<v1::Member> Update(storage::Transaction& tx, const Author& author, const v1::Member& member,
                                    const google::protobuf::FieldMask& mask) const;
  // For coordinators of a network to which the member belongs or is about to. Nobody verifies themselves.
  absl::StatusOr<v1::Member> Verify(storage::Transaction& tx, const Author& author, std::string_view name,
                                    const v1::Member::Verification& verification) const;
  // For operators. Nothing changes when the member is in that state already.
  absl::StatusOr<v1::Member> SetState(storage::Transaction& tx, const Author& author, std::string_view name,
                                      v1::Member::State state) const;

  // `name` may be "members/me". `now` decides which memberships are shared.
  absl::StatusOr<v1::Member> Get(storage::ReadTransaction& tx, const access::Caller& caller, std::string_view name,
                                 absl::Time now) const;
  // For operators: in the order of ids, after `after_id`.
  absl::StatusOr<std::vector<v1::Member>> List(storage::ReadTransaction& tx, const access::Caller& caller,
                                               std::string_view after_id, int count_max, absl::Time now) const;

  // A member as the caller sees it; NOT_FOUND when they may not know of it.
  absl::StatusOr<v1::Member> Show(storage::ReadTransaction& tx, const access::Caller& caller, Kept<v1::Member> kept,
                                  absl::Time now) const;

 private:
  absl::StatusOr<Kept<v1::Member>> Insert(storage::Transaction& tx, const Author& author, v1::Member member) const;
  absl::StatusOr<wire::LevelSet> LevelsOf(storage::ReadTransaction& tx, const access::Caller& caller,
                                          const std::vector<Kept<v1::Membership>>& memberships, std::string_view name,
                                          absl::Time now) const;

  const Records& records_;
  const Pepper& pepper_;
};

// "members/me" as the caller's own name; other names as they are.
std::string MemberName(const access::Caller& caller, std::string_view name);
// The id in "members/…"; empty for other names.
std::string MemberIdOf(std::string_view name);

// All memberships of a member, ended ones included. At most kMembershipsMax.
absl::StatusOr<std::vector<Kept<v1::Membership>>> MembershipsOf(const Records& records, storage::ReadTransaction& tx,
                                                                std::string_view member_id);
inline constexpr int kMembershipsMax = 200;

inline constexpr absl::Duration kVerificationDefault = absl::Hours(24 * 365);
inline constexpr absl::Duration kVerificationMax = absl::Hours(24 * 731);

}  // namespace schutznetz::exchange
