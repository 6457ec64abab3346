#include "services/common/access/caller.h"

namespace schutznetz::access {

Caller Caller::LocalOperator() {
  Caller caller;
  caller.principal_ = "local-operator";
  caller.is_local_operator_ = true;
  caller.grants_.roles = {Role::kOperator};
  return caller;
}

Caller Caller::Granted(std::string principal, Grants grants) {
  Caller caller;
  caller.principal_ = std::move(principal);
  caller.grants_ = std::move(grants);
  return caller;
}

const std::string& Caller::principal() const {
  static const std::string kPublic = "public";
  return is_public() ? kPublic : principal_;
}

}  // namespace schutznetz::access
