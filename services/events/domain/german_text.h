// Texts as German documents take them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schutznetz/common/v1/localized_text.pb.h"

namespace schutznetz::events {

// The German text; without one the original.
std::string GermanText(const common::v1::LocalizedText& text);

// Paragraphs, which empty lines part; line feeds within one become spaces.
std::vector<std::string> ParagraphsOf(std::string_view text);

}  // namespace schutznetz::events
