// Phone numbers in one form: E.164 with a leading +, or a short code. Pure.
//
// A short strict reader for German numbers and those of the neighbours, instead of a library of all numbering plans: it
// refuses what cannot be dialled from Germany, and guesses nothing.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace schutznetz::directory {

// "030 / 23125-001", "+49 (0)30 23125001" and "004930 23125001" become "+493023125001"; "110" and "116 111" stay short
// codes. Separators are space, hyphen, slash, dot and parentheses. INVALID_ARGUMENT with a sentence for the caller.
absl::StatusOr<std::string> NormalizePhoneNumber(std::string_view text);

// Whether a normal form tells a place no finer than a Kreis: short codes, German mobile, free and personal numbers, and
// area codes that cover the whole of a city which is a Kreis of its own. A record whose address is withheld may have
// only such numbers.
bool TellsNoPlaceFinerThanKreis(std::string_view number);

}  // namespace schutznetz::directory
