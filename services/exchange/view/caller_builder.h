// Puts together what a caller holds at one instant. Pure; internal to view/.
//
// PROFESSIONAL follows from a verification that holds, MEMBER from a membership in force, the other roles from grants
// and from memberships as coordinator. Without a verification nothing of a professional's holds: no membership and no
// grant but OPERATOR, which implies nothing else.
#pragma once

#include <set>
#include <string>

#include "absl/time/time.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "schutznetz/exchange/v1/grant.pb.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "schutznetz/exchange/v1/membership.pb.h"
#include "schutznetz/exchange/v1/partner.pb.h"

namespace schutznetz::exchange {

class CallerBuilder {
 public:
  CallerBuilder(const std::string& principal, int64_t rights_version, absl::Time now);

  // First of all for a member.
  void AddMember(const v1::Member& member);
  void AddGrant(const v1::Grant& grant);
  void AddMembership(const std::string& network, const v1::Membership& membership);
  // A partner system: those scopes of the key that the partner still has.
  void AddKey(const google::protobuf::RepeatedPtrField<std::string>& scopes, const v1::PartnerKey& key);

  v1::ResolvedCaller Build() &&;

 private:
  void EndAt(const google::protobuf::Timestamp& time);

  v1::ResolvedCaller caller_;
  const absl::Time now_;
  absl::Time end_ = absl::InfiniteFuture();
  bool verified_ = false;
  std::set<int> roles_;
  std::set<std::string> lands_, networks_, coordinated_, rooms_;
};

}  // namespace schutznetz::exchange
