#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/common/geo/point.h"

// What the caller puts into the index. The library knows no resource: fields and facets are numbers of the caller's
// choosing, slots are the caller's document numbers.

namespace schutznetz::search {

using FieldId = uint8_t;
using FacetId = uint8_t;

struct FieldText {
  FieldId field = 0;  // index into IndexOptions::field_weights; beyond them: the last weight
  std::string text;   // UTF-8; broken bytes separate words
};

struct FacetValue {
  FacetId facet = 0;
  std::string value;
};

struct Document {
  // Names the document in filters and hits. Dense numbers keep bitmaps small. Adding a slot that is in the index
  // replaces its document, so an update may keep its slot.
  uint32_t slot = 0;
  // Unique and stable over updates: the last tie-break of every order and the second half of a page token.
  uint64_t key = 0;
  std::vector<FieldText> fields;
  std::vector<FacetValue> facets;   // doubles are ignored
  std::optional<geo::Point> point;  // an invalid one counts as none
  std::string sort_name;            // for Order::kName, compared as in a German directory
};

struct IndexOptions {
  // How much a word in each field counts; at most 255 fields. The order name > organization > place > topic >
  // description with weights like 8, 4, 4, 3, 1 serves a directory.
  std::vector<float> field_weights = {1.0F};
  // A document of this many words is neither long nor short. A constant instead of the corpus average, so that what a
  // document scores never depends on other documents' lengths.
  float typical_words = 40;
  // Documents that the small segments may hold before MergeDue() asks for a merge. At most 65,536.
  size_t delta_documents = 4096;
};

// Per document; more is cut off.
inline constexpr size_t kMaxWordsPerDocument = 16384;
inline constexpr size_t kMaxWordBytes = 60;

}  // namespace schutznetz::search
