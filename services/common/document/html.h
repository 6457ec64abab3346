// A document as a page of HTML that stands alone: no script, no style, nothing loaded from elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/common/document/document.h"

namespace schutznetz::document {

// All text is escaped; QR codes are inline SVG with their alternative as name. The page has no style of its own: the
// gateway's Content-Security-Policy allows none, and structure is what readers need. INTERNAL as Check().
absl::StatusOr<std::string> RenderHtml(const Document& document);

// `text` with & < > " ' escaped, for content and for quoted attributes.
std::string EscapeHtml(std::string_view text);

inline constexpr char kHtmlType[] = "text/html; charset=utf-8";

}  // namespace schutznetz::document
