#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/search/document.h"
#include "services/common/search/index_writer.h"

// Invented services for the tests of this folder.

namespace schutznetz::search {

enum TestField : FieldId { kName, kOrganization, kPlace, kTopic, kDescription };
enum TestFacet : FacetId { kKind, kLand, kLanguage };

inline IndexOptions TestOptions() { return {.field_weights = {8, 4, 4, 3, 1}}; }

struct Texts {
  std::string name, organization, place, topic, description;
};

inline Document MakeDocument(uint32_t slot, const Texts& texts) {
  Document document{.slot = slot, .key = 1000 + uint64_t{slot}, .sort_name = texts.name};
  document.fields = {{kName, texts.name},
                     {kOrganization, texts.organization},
                     {kPlace, texts.place},
                     {kTopic, texts.topic},
                     {kDescription, texts.description}};
  return document;
}

// An index of the documents as a base.
inline std::shared_ptr<const IndexVersion> LoadAll(IndexWriter* writer, const std::vector<Document>& documents) {
  size_t next = 0;
  return writer->Load([&](Document* document) {
    if (next == documents.size()) return false;
    *document = documents[next++];
    return true;
  });
}

inline std::vector<uint32_t> SlotsOf(const Result& result) {
  std::vector<uint32_t> slots;
  for (const Hit& hit : result.hits) slots.push_back(hit.slot);
  return slots;
}

}  // namespace schutznetz::search
