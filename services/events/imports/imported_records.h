// What the readers of foreign files give: publications that are not checked yet, with the lines they come from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schutznetz/events/v1/publication.pb.h"
#include "schutznetz/events/v1/publication_import.pb.h"

namespace schutznetz::events {

struct ImportedRecord {
  int64_t line = 0;      // where it begins
  std::string source;    // what its source calls it; never empty
  bool deleted = false;  // its source has deleted it, and says nothing else
  v1::Publication publication;
  // Lines of values by top-level field, JSON names: "subjects" has one for each element, "title" one for each
  // translation.
  std::map<std::string, std::vector<int64_t>, std::less<>> lines;

  // The line of the value at a path of a violation, "subjects[2].translations[0].text"; else its first line.
  int64_t LineOf(std::string_view path) const;
};

struct ImportedFile {
  std::vector<ImportedRecord> records;
  std::vector<v1::ImportedRefusal> refusals;  // what could not be read at all
  std::string resumption_token;               // of a repository's answer

  void Refuse(int64_t line, std::string_view field, std::string_view reason);
};

// Records of one piece.
inline constexpr size_t kImportedRecordsMax = 500;

// The id under which a record of a source is stored: the same for ever.
std::string IdOfSource(std::string_view source);

}  // namespace schutznetz::events
