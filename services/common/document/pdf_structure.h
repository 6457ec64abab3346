// What cairo 1.16 leaves out of a tagged PDF, appended as an update of the file (ISO 32000-1, 7.5.6): the language,
// that viewers show the title, texts of figures, and whether a header cell speaks of its column or its row.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace schutznetz::document {

// In the order in which the elements were drawn.
struct PdfStructure {
  std::string language;
  std::vector<std::string> figures;  // their alternatives
  std::vector<bool> column_headers;  // per header cell: true for a column's, false for a row's
};

// `pdf` as cairo wrote it. INTERNAL: it is not of the form that cairo 1.16 writes, or has other elements than told.
absl::StatusOr<std::string> CompleteStructure(std::string pdf, const PdfStructure& structure);

}  // namespace schutznetz::document
