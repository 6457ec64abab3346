// A document as a PDF: A4 pages with numbers, text that can be copied and searched, structure for screen readers.
//
// Drawn by pango and cairo with DejaVu Sans, which must be installed (deploy/packages.txt); the font is embedded. The
// file is tagged (headings, paragraphs, lists, tables with header cells, figures with alternatives), has an outline,
// links, title and language. cairo 1.16 knows no marks for repeated page furniture and writes neither language nor
// alternatives: pdf_structure.h adds what it leaves out.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/document/document.h"

namespace schutznetz::document {

// The same document gives the same bytes, on every machine with the same libraries and font. Thread safe; takes about a
// millisecond a page. INTERNAL as Check(), when the font is not installed, or with more than kPagesMax pages.
absl::StatusOr<std::string> RenderPdf(const Document& document);

// Whether PDFs can be made here: FAILED_PRECONDITION names the font that is not installed. For the start of a server.
absl::Status CheckFonts();

inline constexpr int kPagesMax = 500;
inline constexpr char kPdfType[] = "application/pdf";

}  // namespace schutznetz::document
