// A publication as the fifteen elements of Dublin Core say it (ISO 15836-1). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schutznetz/events/v1/publication.pb.h"
#include "services/events/catalogue/site.h"

namespace schutznetz::events {

struct DublinCoreElement {
  std::string_view name;  // "title"
  std::string text;
  std::string language;  // of the text; empty where it has none
};

// In the order of the elements in ISO 15836. Texts come in all their languages.
std::vector<DublinCoreElement> DublinCoreOf(const v1::Publication& publication, const Site& site);

// The term of the DCMI Type Vocabulary: "Text", "MovingImage".
std::string_view DcmiTypeOf(v1::Publication::Type type);

// How it is cited: its own citation, or "Creators (year): Title. Edition. Series, number. Publisher".
std::string CitationOf(const v1::Publication& publication, std::string_view language);

}  // namespace schutznetz::events
