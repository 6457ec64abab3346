// The numbers and values under which services stand in the search index. Writer and reader share them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/common/search/document.h"

namespace schutznetz::directory {

// Texts, most telling first.
enum class TextField : uint8_t { kName, kOrganization, kPlace, kTopic, kDescription };
inline const std::vector<float> kTextFieldWeights = {8, 4, 4, 3, 1};

inline search::IndexOptions ServiceIndexOptions() {
  search::IndexOptions options;
  options.field_weights = kTextFieldWeights;
  return options;
}

// Facets. The first eight are shown to callers, in this order.
enum class FacetField : uint8_t {
  kKind,
  kForm,
  kLand,
  kLanguage,
  kChannel,
  kTopic,
  kAdvisesMinors,
  kProfession,
  // Filters only.
  kArea,
  kMinimumAge,
  kMaximumAge,
  kKreis,
};
inline constexpr size_t kShownFacets = 8;

constexpr search::FacetId IdOf(FacetField facet) { return static_cast<search::FacetId>(facet); }
constexpr search::FieldId IdOf(TextField field) { return static_cast<search::FieldId>(field); }

// Values of kArea: the service is competent for exactly that area, or it is competent or located inside of it.
inline std::string CompetentFor(std::string_view key) { return absl::StrCat("k", std::string(key)); }
inline std::string Inside(std::string_view key) { return absl::StrCat("i", std::string(key)); }

// The value of kLand of nationwide services.
inline constexpr std::string_view kNationwide = "";
inline constexpr std::string_view kNationKey = "00";

}  // namespace schutznetz::directory
