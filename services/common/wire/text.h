// What text may hold, in every string that comes from outside.
#pragma once

#include <string_view>

namespace schutznetz::wire {

enum class TextFault {
  kNone,
  kNotUtf8,
  kControlCharacter,  // C0 except tab and line feed, DEL, C1
  kBidiOverride,      // U+202A to U+202E, U+2066 to U+2069
  kNotNfc,
};

// The first fault of `text`. One pass; ICU is asked only for text with
// characters that composition can touch (from U+0300).
TextFault CheckText(std::string_view text);

// A sentence for a violation, for example "Must be in Unicode normalization form C."
std::string_view TextFaultSentence(TextFault fault);

}  // namespace schutznetz::wire
