#include "services/directory/view/search_counts.h"

#include <algorithm>
#include <array>

#include "schutznetz/directory/v1/search.pb.h"
#include "services/common/view/append_field.h"
#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;
using view::AppendNumber;

constexpr std::array<std::string_view, kShownFacets> kFacetNames = {"kind",    "form",  "land",          "language",
                                                                    "channel", "topic", "advisesMinors", "profession"};

void AddValue(const search::FacetCount& value, search::FacetCounts* counts) {
  const auto same = std::find_if(counts->values.begin(), counts->values.end(),
                                 [&](const search::FacetCount& known) { return known.value == value.value; });
  if (same == counts->values.end()) {
    counts->values.push_back(value);
  } else {
    same->count += value.count;
  }
}

void Sort(search::FacetCounts* counts) {
  std::sort(counts->values.begin(), counts->values.end(),
            [](const auto& a, const auto& b) { return a.count != b.count ? a.count > b.count : a.value < b.value; });
}

}  // namespace

void SearchCounts::Add(const search::Result& result) {
  total += result.total;
  if (facets.empty()) {
    facets = result.facets;
    return;
  }
  for (size_t i = 0; i < facets.size() && i < result.facets.size(); ++i) {
    for (const search::FacetCount& value : result.facets[i].values) AddValue(value, &facets[i]);
    Sort(&facets[i]);
  }
}

void SearchCounts::Encode() {
  facet_bytes.clear();
  for (const search::FacetCounts& counts : facets) {
    std::string facet;
    AppendBytes(v1::Facet::kFieldFieldNumber, kFacetNames[counts.facet], &facet);
    for (const search::FacetCount& count : counts.values) {
      if (count.value.empty()) continue;  // nationwide: no value a request could name
      std::string value;
      AppendBytes(v1::Facet::Value::kValueFieldNumber, count.value, &value);
      AppendNumber(v1::Facet::Value::kCountFieldNumber, count.count, &value);
      AppendBytes(v1::Facet::kValuesFieldNumber, value, &facet);
    }
    AppendBytes(v1::SearchServicesResponse::kFacetsFieldNumber, facet, &facet_bytes);
  }
}

}  // namespace schutznetz::directory
