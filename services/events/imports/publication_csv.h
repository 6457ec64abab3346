// Publications as CSV.
//
// The first record names the columns: sourceId and type (required), then any of
//   title@LANG description@LANG rights@LANG subjects@LANG        LANG is a language tag: title@de
//   creators publishers contributors formats identifiers sources languages relations coverages links audiences
//   professions                                                   several values are separated by "|"
//   issued license citation edition seriesTitle seriesNumber issn replaces
//   deleted                                                       "true": the source has deleted it
// At least one title@… is required. A column that is none of these refuses the file, at the line of the heading; a
// record that does not fit is refused with its line and column.
#pragma once

#include <string_view>

#include "services/events/imports/imported_records.h"

namespace schutznetz::events {

// `first_line`: the number of the line of the first record, where the piece is not the beginning of a file; 0 when it
// is. `source`: whose identifiers they are, "example.org"; identifiers of different sources never meet.
ImportedFile ReadPublicationCsv(std::string_view text, int64_t first_line, std::string_view source);

}  // namespace schutznetz::events
