// The rule of two people, as every approval keeps it. Pure.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "services/common/access/caller.h"
#include "services/common/errors/errors.h"

namespace schutznetz::record {

// Whether `caller` may approve what waits in `state`: somebody with a name, who is none of the `involved` principals.
// FAILED_PRECONDITION (WRONG_STATE); `sentence` says who must approve.
inline absl::Status CheckSecondPerson(const access::Caller& caller, std::initializer_list<std::string_view> involved,
                                      std::string_view state, std::string_view sentence) {
  const bool is_one = std::find(involved.begin(), involved.end(), caller.principal()) != involved.end();
  return is_one || caller.is_public() ? errors::WrongState(state, sentence) : absl::OkStatus();
}

}  // namespace schutznetz::record
