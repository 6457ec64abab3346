// One person or partner system for every row of the level table in docs/access.md.
#pragma once

#include <map>
#include <string>

#include "tests/e2e/installation.h"

namespace schutznetz::e2e {

// The Land and the network that are "own" to these people.
inline constexpr char kOwnLand[] = "lands/DE-NW";
inline constexpr char kOtherLand[] = "lands/DE-BB";
inline constexpr char kOwnNetwork[] = "networks/kooperation-nordrhein-westfalen";
inline constexpr char kOtherNetwork[] = "networks/kooperation-brandenburg";

// Makes them through the gateway, by two operators, the coordinators and the members themselves. By row of the page:
// the token subject, "" for the public. Ends the test program when one of the calls fails. Once per installation.
std::map<std::string, std::string> MakePeople(Installation& installation);

}  // namespace schutznetz::e2e
