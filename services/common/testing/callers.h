// Callers for tests, as the gateway would vouch for them.
#pragma once

#include <string>
#include <vector>

#include "services/common/access/caller.h"

namespace schutznetz::testing {

// The resource names of all 16 Länder.
const std::vector<std::string>& AllLands();

// Editor of all Länder, so that nationwide records are theirs too, and operator. Rights version 1, session "staff".
access::Caller Staff();

}  // namespace schutznetz::testing
