// The numbers and values under which publications stand in the search index. Writer and reader share them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "schutznetz/events/v1/publication.pb.h"
#include "services/common/search/document.h"

namespace schutznetz::events {

// Texts, most telling first.
enum class PublicationText : uint8_t { kTitle, kSubject, kAgent, kIdentifier, kDescription };

// Facets, in the order in which answers tell them.
enum class PublicationFacetField : uint8_t {
  kType,
  kLanguage,
  kAudience,
  kProfession,
  kSubject,
  kLand,
  kMediaType,
  kYear,
};
inline constexpr std::array<std::string_view, 8> kPublicationFacetNames = {
    "type", "language", "audience", "profession", "subject", "land", "mediaType", "year"};

constexpr search::FacetId IdOf(PublicationFacetField facet) { return static_cast<search::FacetId>(facet); }
constexpr search::FieldId IdOf(PublicationText text) { return static_cast<search::FieldId>(text); }

search::IndexOptions PublicationIndexOptions();

// The document of a publication. `slot` and `key` are the view's. Its name for the order is its date, the latest first.
search::Document DocumentOf(const v1::Publication& publication, uint32_t slot, uint64_t key);

// The value of kProfession of publications for all professions.
inline constexpr std::string_view kAllProfessions = "";

}  // namespace schutznetz::events
