#include "services/exchange/domain/people.h"

#include <algorithm>
#include <vector>

#include "google/protobuf/util/time_util.h"

namespace schutznetz::exchange {
namespace {

using access::Role;
using google::protobuf::util::TimeUtil;

bool Contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

template <typename Resource>
bool IsOver(const Resource& resource, absl::Time now) {
  return resource.has_expire_time() && TimeOf(resource.expire_time()) <= now;
}

}  // namespace

bool IsOperator(const access::Caller& caller) { return caller.grants().roles.Has(Role::kOperator); }

bool IsSelf(const access::Caller& caller, std::string_view member) {
  return !caller.is_public() && caller.principal() == member;
}

bool Coordinates(const access::Caller& caller, std::string_view network) {
  return caller.grants().roles.Has(Role::kCoordinator) && Contains(caller.grants().coordinated_networks, network);
}

bool BelongsTo(const access::Caller& caller, std::string_view network) {
  return caller.grants().roles.HasAny({Role::kMember, Role::kCoordinator}) &&
         Contains(caller.grants().networks, network);
}

void ExpireAt(absl::Time now, v1::Membership* membership) {
  if (membership->state() != v1::Membership::ENDED && IsOver(*membership, now)) {
    membership->set_state(v1::Membership::EXPIRED);
  }
}

void ExpireAt(absl::Time now, v1::Grant* grant) {
  if (grant->state() != v1::Grant::REVOKED && IsOver(*grant, now)) grant->set_state(v1::Grant::EXPIRED);
}

void ExpireAt(absl::Time now, v1::PartnerKey* key) {
  if (key->state() != v1::PartnerKey::REVOKED && IsOver(*key, now)) key->set_state(v1::PartnerKey::EXPIRED);
}

bool IsVerified(const v1::Member& member, absl::Time now) {
  return member.has_verification() && TimeOf(member.verification().expire_time()) > now;
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(time));
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

}  // namespace schutznetz::exchange
