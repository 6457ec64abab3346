// Every reading method of the contract with requests that would show a hidden record if anything did.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/caller.h"

namespace schutznetz::e2e {

// Names of what may be hidden: given to the methods that read by name or filter by it.
struct HiddenNames {
  std::string organization, location, service, service_at_location;
  std::string event = "events/xneverwashere66666666666666";
};

// What every public reading method answers, as text, by "Method#example": pages walked to the end; what changes with
// the clock and the seal (as_of, page tokens, reachability "now") taken out; `names` replaced by placeholders, so that
// a hidden and a missing record can be compared. A method of the descriptors without an example fails the calling test.
std::map<std::string, std::string> ReadEverything(Caller& caller, const HiddenNames& names);

}  // namespace schutznetz::e2e
