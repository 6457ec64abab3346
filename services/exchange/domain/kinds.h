// The kinds of records of this server: how their names and ids belong together.
//
// The id of a nested record is the ids in its name with slashes between them: "networks/koeln/memberships/r7c0f" is the
// membership "koeln/r7c0f". So all records of one parent stand together, in the order of their names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schutznetz/exchange/v1/grant.pb.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "schutznetz/exchange/v1/membership.pb.h"
#include "schutznetz/exchange/v1/partner.pb.h"
#include "services/common/record/record.h"

namespace schutznetz::exchange {

struct Kind {
  const char* kind;     // "membership"
  const char* pattern;  // "networks/*/memberships/*"
};

inline constexpr Kind kMember = {"member", "members/*"};
inline constexpr Kind kMembership = {"membership", "networks/*/memberships/*"};
inline constexpr Kind kGrant = {"grant", "grants/*"};
inline constexpr Kind kPartner = {"partner", "partners/*"};
inline constexpr Kind kPartnerKey = {"partnerKey", "partners/*/keys/*"};

// The kind of a message type.
template <typename Resource>
constexpr const Kind& KindOf();
template <>
constexpr const Kind& KindOf<v1::Member>() {
  return kMember;
}
template <>
constexpr const Kind& KindOf<v1::Membership>() {
  return kMembership;
}
template <>
constexpr const Kind& KindOf<v1::Grant>() {
  return kGrant;
}
template <>
constexpr const Kind& KindOf<v1::Partner>() {
  return kPartner;
}
template <>
constexpr const Kind& KindOf<v1::PartnerKey>() {
  return kPartnerKey;
}

// The id of the record of this name; nothing when the name is of another kind.
std::optional<std::string> IdOfName(const Kind& kind, std::string_view name);
// The name of the record of this id.
std::string NameOfId(const Kind& kind, std::string_view id);

// "koeln" of "koeln/r7c0f", and "r7c0f". Both are the whole of an id without a slash.
std::string_view ParentPart(std::string_view id);
std::string_view LastPart(std::string_view id);

}  // namespace schutznetz::exchange
