#pragma once

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace schutznetz::search {

enum class TextPurpose { kDocument, kQuery };

struct Word {
  std::string_view folded;   // at most kMaxWordBytes; valid during the call
  std::string_view surface;  // as written, first and last letter included; empty for joined words
};

// Calls `visit` for every word of a text, in order: runs of letters and digits of any script. German habits:
// - Hyphens. A document's "Kinderschutz-Zentrum" gives kinderschutz, zentrum and kinderschutzzentrum; a query's gives
//   the parts only, but "E-Mail" is one word, since a single letter says nothing.
// - Inclusive forms. "Berater*innen", "Berater:innen", "Berater_innen", "Berater/-innen" give berater and
//   beraterinnen; in a query beraterinnen only.
// Thread safe.
void ForEachWord(std::string_view text, TextPurpose purpose, absl::FunctionRef<void(const Word&)> visit);

// The words a query may drop when it has others: und, für, wo, ich … Takes a folded word.
bool IsStopWord(std::string_view folded);

// The stem of a folded word: German Snowball. Thread safe.
void Stem(std::string_view folded, std::string* stem);
std::string Stem(std::string_view folded);

}  // namespace schutznetz::search
