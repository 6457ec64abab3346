// Who the caller is among the members, and what holds by the clock. Pure.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "schutznetz/exchange/v1/grant.pb.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "schutznetz/exchange/v1/membership.pb.h"
#include "schutznetz/exchange/v1/partner.pb.h"
#include "services/common/access/caller.h"

namespace schutznetz::exchange {

bool IsOperator(const access::Caller& caller);
// The caller is this member, "members/…".
bool IsSelf(const access::Caller& caller, std::string_view member);
// The caller coordinates, or belongs to, the network "networks/…".
bool Coordinates(const access::Caller& caller, std::string_view network);
bool BelongsTo(const access::Caller& caller, std::string_view network);

// What the clock has ended: ACTIVE becomes EXPIRED (for memberships and grants also what waits). Everything else stays.
void ExpireAt(absl::Time now, v1::Membership* membership);
void ExpireAt(absl::Time now, v1::Grant* grant);
void ExpireAt(absl::Time now, v1::PartnerKey* key);

// Whether somebody has made sure who the member is, and that holds still.
bool IsVerified(const v1::Member& member, absl::Time now);

absl::Time TimeOf(const google::protobuf::Timestamp& time);
google::protobuf::Timestamp TimestampOf(absl::Time time);

}  // namespace schutznetz::exchange
