#pragma once

#include <string>
#include <string_view>

namespace schutznetz::search {

// The form in which words are compared: lower case, without accents, ß as ss, and the umlauts in all three spellings
// alike (Münster, Muenster and Munster become "munster"). "ae", "oe" and "ue" shrink also where no umlaut is meant
// (aktuell, Israel): documents and queries are folded the same way, so that only very few different words meet. After
// another vowel and after q they stay (Frauen, neue, Quelle).
//
// Pure and thread safe. `word` is one word of UTF-8 without separators; broken bytes vanish.
void AppendFolded(std::string_view word, std::string* out);
std::string Fold(std::string_view word);

}  // namespace schutznetz::search
