// Text of foreign files: what is let in, and characters counted where a format counts characters.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace schutznetz::directory {

enum class TextFault { kNone, kNotUtf8, kControlCharacter };

// Well-formed UTF-8 (no overlong forms, surrogates or values past U+10FFFF) without C0 controls but tab, DEL, C1
// controls, line separators, and the invisible marks that turn the direction of text.
TextFault CheckText(std::string_view text);

// Where each character of well-formed UTF-8 begins, and the size of the text at the end.
std::vector<size_t> CharacterStarts(std::string_view text);

}  // namespace schutznetz::directory
