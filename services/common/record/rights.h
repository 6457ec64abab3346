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

// Where a record belongs. Empty lands: nationwide, which is all sixteen together and none of them alone.
struct RecordScope {
  std::vector<std::string> lands;     // "lands/DE-NW"
  std::vector<std::string> networks;  // "networks/kooperation-koeln"
  // Coordinators of one of the networks have the rights of editors of all the Länder.
  bool coordinators_edit = false;
};

// The levels `caller` sees of a record there; a set, not a ladder.
//   PUBLIC      everybody
//   RESTRICTED  professionals and what implies them, and partner systems with the scope kRestrictedScope
//   NETWORK     members of one of its networks, and editors of one of its Länder
//   PROTECTED   editors of one of its Länder; where they edit, coordinators of one of its networks
// Operators see what everybody sees, whatever they do for an installation.
wire::LevelSet LevelsFor(const access::Caller& caller, const RecordScope& scope);

// Editors of all its Länder; of a nationwide record, editors of all sixteen. Where they edit, coordinators of one of
// its networks.
bool MayEdit(const access::Caller& caller, const RecordScope& scope);

// Whether the caller sees PUBLIC and nothing else, wherever a record belongs: such callers are served what is ready for
// everybody.
bool SeesOnlyPublic(const access::Caller& caller);

// What decides which records and levels the caller sees, in one form: callers with equal texts see the same. Empty for
// those who see only what is public. Long lists of Länder and networks make it long; it leaves the process nowhere.
std::string SightOf(const access::Caller& caller);

// The scope of partner systems that see what is RESTRICTED.
inline constexpr char kRestrictedScope[] = "restricted.read";

}  // namespace schutznetz::record
