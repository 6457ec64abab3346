// Which language of a text is shown.
#pragma once

#include <string>
#include <string_view>

#include "schutznetz/common/v1/localized_text.pb.h"

namespace schutznetz::events {

// The translation in the wished language ("de", also for "de-AT"), else in English, else the original; null for a text
// without translations. Each field falls back by itself, as portals do.
const common::v1::Translation* Pick(const common::v1::LocalizedText& text, std::string_view language);

// Its text; empty when there is none.
std::string_view TextIn(const common::v1::LocalizedText& text, std::string_view language);

}  // namespace schutznetz::events
