// Reads answers of OAI-PMH repositories: ListRecords and GetRecord with Dublin Core (oai_dc).
//
// Strict: UTF-8, no document type (and so no entities), depth, sizes and counts bounded. A file that is not well-formed
// is refused as a whole, at its line; so are answers without records, errors of the protocol among them. Nothing is
// guessed: where an element does not fit a field, the record is refused with the line of the element. What the
// catalogue keeps otherwise:
//   - Runs of white space are one space.
//   - Titles, descriptions and rights of one language are joined. Without xml:lang they have the record's first
//     dc:language, else "und". Codes of ISO 639-2 become those of BCP 47.
//   - Of several dates the first counts, to the day. Of several types the most telling, else OTHER.
//   - Identifiers that are https addresses become links; a right that is one becomes the licence.
#pragma once

#include <string_view>

#include "services/events/imports/imported_records.h"

namespace schutznetz::events {

// `first_line`: the number of the line with which the piece begins.
ImportedFile ReadOaiRecords(std::string_view xml, int64_t first_line);

}  // namespace schutznetz::events
