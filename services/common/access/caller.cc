#include "services/common/access/caller.h"

namespace schutznetz::access {

Caller Caller::Granted(std::string principal, Grants grants, Session session) {
  return Caller(State{.principal = std::move(principal), .grants = std::move(grants), .session = std::move(session)});
}

Caller Caller::Program(std::string_view name) {
  return Granted("programs/" + std::string(name), {.roles = {Role::kInternal}});
}

const Caller::State& Caller::PublicState() {
  static const State kPublic = {.principal = "public", .grants = {}, .session = {}};
  return kPublic;
}

const Grants& Caller::grants() const { return state_ == nullptr ? PublicState().grants : state_->grants; }
const Session& Caller::session() const { return state_ == nullptr ? PublicState().session : state_->session; }
const std::string& Caller::principal() const { return state_ == nullptr ? PublicState().principal : state_->principal; }

}  // namespace schutznetz::access
