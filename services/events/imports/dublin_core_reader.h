// Dublin Core elements of a record, one by one, into a publication. Internal to imports/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/events/imports/imported_records.h"

namespace schutznetz::events {

// An element as it was read.
struct DublinCoreValue {
  std::string element;   // "title"
  std::string text;      // white space folded
  std::string language;  // xml:lang, may be empty
  int64_t line = 0;
};

// Fills record->publication and record->lines from the values, in their order. What does not fit: its line, its element
// and the reason.
std::optional<v1::ImportedRefusal> TakeDublinCore(const std::vector<DublinCoreValue>& values, ImportedRecord* record);

// "en" for "eng", "de" for "ger" and "deu"; tags of BCP 47 stay as they are.
std::string LanguageTagOf(std::string_view code);

// Runs of white space become one space; none at the ends.
std::string FoldSpace(std::string_view text);

}  // namespace schutznetz::events
