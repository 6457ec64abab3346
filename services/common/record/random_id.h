// Ids that tell nothing.
#pragma once

#include <string>
#include <string_view>

namespace schutznetz::record {

// A letter and 26 characters of a-z2-7: 130 random bits from the system's secure source.
std::string NewRandomId();

// Whether `id` has the form of a random id: at least 26 characters, all of a-z2-7.
bool LooksRandom(std::string_view id);

}  // namespace schutznetz::record
