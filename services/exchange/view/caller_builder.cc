#include "services/exchange/view/caller_builder.h"

#include <algorithm>

#include "services/exchange/domain/people.h"

namespace schutznetz::exchange {
namespace {

using common::v1::Rule;

}  // namespace

CallerBuilder::CallerBuilder(const std::string& principal, int64_t rights_version, absl::Time now) : now_(now) {
  caller_.set_principal(principal);
  caller_.set_rights_version(rights_version);
}

void CallerBuilder::EndAt(const google::protobuf::Timestamp& time) { end_ = std::min(end_, TimeOf(time)); }

void CallerBuilder::AddMember(const v1::Member& member) {
  verified_ = IsVerified(member, now_);
  if (!verified_) return;
  roles_.insert(Rule::PROFESSIONAL);
  EndAt(member.verification().expire_time());
}

void CallerBuilder::AddGrant(const v1::Grant& grant) {
  v1::Grant at = grant;
  ExpireAt(now_, &at);
  if (at.state() != v1::Grant::ACTIVE || (!verified_ && at.role() != Rule::OPERATOR)) return;
  roles_.insert(at.role());
  lands_.insert(at.lands().begin(), at.lands().end());
  coordinated_.insert(at.networks().begin(), at.networks().end());
  networks_.insert(at.networks().begin(), at.networks().end());
  rooms_.insert(at.rooms().begin(), at.rooms().end());
  if (at.has_expire_time()) EndAt(at.expire_time());
}

void CallerBuilder::AddMembership(const std::string& network, const v1::Membership& membership) {
  v1::Membership at = membership;
  ExpireAt(now_, &at);
  if (at.state() != v1::Membership::ACTIVE || !verified_) return;
  roles_.insert(Rule::MEMBER);
  networks_.insert(network);
  if (at.role() == v1::Membership::COORDINATOR) {
    roles_.insert(Rule::COORDINATOR);
    coordinated_.insert(network);
  }
  if (at.has_expire_time()) EndAt(at.expire_time());
}

void CallerBuilder::AddKey(const google::protobuf::RepeatedPtrField<std::string>& scopes, const v1::PartnerKey& key) {
  roles_.insert(Rule::PARTNER);
  EndAt(key.expire_time());
  for (const std::string& scope : scopes) {
    const bool held = std::find(key.scopes().begin(), key.scopes().end(), scope) != key.scopes().end();
    if (key.scopes().empty() || held) caller_.add_scopes(scope);
  }
}

v1::ResolvedCaller CallerBuilder::Build() && {
  for (const int role : roles_) caller_.add_roles(static_cast<Rule::Access>(role));
  caller_.mutable_lands()->Add(lands_.begin(), lands_.end());
  caller_.mutable_networks()->Add(networks_.begin(), networks_.end());
  caller_.mutable_coordinated_networks()->Add(coordinated_.begin(), coordinated_.end());
  caller_.mutable_rooms()->Add(rooms_.begin(), rooms_.end());
  if (end_ != absl::InfiniteFuture()) *caller_.mutable_expire_time() = TimestampOf(end_);
  return std::move(caller_);
}

}  // namespace schutznetz::exchange
