// What a caller sees of one record, and whether they may change it. Pure.
//
// The sets are those of SAFETY section 5: who may change a record sees every level of it, so that no change overwrites
// what its author cannot see.
#pragma once

#include <string>
#include <vector>

#include "services/common/access/caller.h"
#include "services/common/wire/visibility.h"

namespace schutznetz::record {

// Where a record belongs. Empty lands: nationwide, which is every Land.
struct RecordScope {
  std::vector<std::string> lands;     // "lands/DE-NW"
  std::vector<std::string> networks;  // "networks/kooperation-koeln"
};

// The levels `caller` sees of a record there. The public: PUBLIC only. Professionals and above: RESTRICTED too. Members
// of one of its networks: NETWORK too. Editors of one of its Länder (of a nationwide record: of all 16), and the local
// operator: all.
wire::LevelSet LevelsFor(const access::Caller& caller, const RecordScope& scope);

// Editors of all its Länder, of a nationwide record of all 16; and the local operator.
bool MayEdit(const access::Caller& caller, const RecordScope& scope);

// Lowering a protection needs a second person; until proposals exist, only the local operator may.
bool MayLowerProtection(const access::Caller& caller);

}  // namespace schutznetz::record
