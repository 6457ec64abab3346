// Everything that a caller can read of a directory, by every reading method of the contract. Tests only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/directory/api/reading_fixture.h"

namespace schutznetz::directory {

// Answers by what was asked: bytes, or the whole status. What differs from call to call by nature (as_of, the seal of
// page tokens) is taken out; pages are followed to their end.
using Picture = std::map<std::string, std::string>;

// `names` are asked for one by one, whatever they are, by `caller`. Adds to `picture`, under `who`. Ends the process
// when the contract has a reading method that this does not know how to ask: a new one must be added here before it can
// be released.
void AddPicture(Reading& reading, const std::vector<std::string>& names, const std::string& who,
                const access::Caller& caller, Picture* picture);

}  // namespace schutznetz::directory
