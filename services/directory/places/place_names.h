// Names of places as people type them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::directory {

// Lower case, ä ö ü ß as ae oe ue ss, other marks removed, "st." as "sankt", everything but letters and digits as one
// blank. "Münster", "MUENSTER" and "münster " are the same. Bytes that are no UTF-8 count as blanks.
std::string FoldPlaceName(std::string_view name);

// The same with ä ö ü as a o u: "Münster" and "Munster" are the same.
std::string FoldWithoutUmlauts(std::string_view name);

// Without blanks and tabs at both ends.
std::string_view Trim(std::string_view text);

// The names under which an area is known, from the name of a register: "Frankfurt am Main, Stadt" is "Frankfurt am
// Main" and, for short, "Frankfurt"; "Bautzen / Budyšin, Stadt" has two languages.
struct PlaceNames {
  std::vector<std::string> full;
  std::vector<std::string> brief;
};
PlaceNames NamesOf(std::string_view register_name);

}  // namespace schutznetz::directory
