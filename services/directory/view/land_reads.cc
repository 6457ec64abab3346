#include "services/directory/view/land_reads.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "services/directory/places/land_codes.h"
#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {
namespace {

struct LandNames {
  const char* german;
  const char* english;
};

// In the order of the official keys.
constexpr std::array<LandNames, kLandCount> kLandNames = {{{"Schleswig-Holstein", "Schleswig-Holstein"},
                                                           {"Hamburg", "Hamburg"},
                                                           {"Niedersachsen", "Lower Saxony"},
                                                           {"Bremen", "Bremen"},
                                                           {"Nordrhein-Westfalen", "North Rhine-Westphalia"},
                                                           {"Hessen", "Hesse"},
                                                           {"Rheinland-Pfalz", "Rhineland-Palatinate"},
                                                           {"Baden-Württemberg", "Baden-Württemberg"},
                                                           {"Bayern", "Bavaria"},
                                                           {"Saarland", "Saarland"},
                                                           {"Berlin", "Berlin"},
                                                           {"Brandenburg", "Brandenburg"},
                                                           {"Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania"},
                                                           {"Sachsen", "Saxony"},
                                                           {"Sachsen-Anhalt", "Saxony-Anhalt"},
                                                           {"Thüringen", "Thuringia"}}};

void AddName(const char* language, const char* text, common::v1::LocalizedText* names) {
  common::v1::Translation* translation = names->add_translations();
  translation->set_language_code(language);
  translation->set_text(text);
}

// Whether `area` lies inside of `parent`. Official keys begin with the key of what they lie in; police districts have
// members and a Land.
bool LiesIn(const v1::Area& area, const v1::Area& parent) {
  if (area.key() == parent.key()) return false;
  if (parent.kind() == v1::Area::NATION) return true;
  if (parent.kind() == v1::Area::POLICE_DISTRICT) {
    const auto& members = parent.member_keys();
    return std::any_of(members.begin(), members.end(),
                       [&](const std::string& key) { return area.key().starts_with(key); });
  }
  return area.key().starts_with(parent.key()) || area.parent() == parent.name();
}

}  // namespace

v1::Land ReadLand(const ViewVersion& version, LandNumber number) {
  v1::Land land;
  const std::string key = absl::StrCat(number / 10, number % 10);
  land.set_name(absl::StrCat("lands/", std::string(kLandIsoCodes[number - 1])));
  land.set_key(key);
  land.set_display_name(kLandNames[number - 1].german);
  AddName("de", kLandNames[number - 1].german, land.mutable_names());
  AddName("en", kLandNames[number - 1].english, land.mutable_names());
  const v1::Area* area = version.places->Find(key);
  if (area != nullptr && area->has_center()) *land.mutable_center() = area->center();
  land.set_service_count(version.PublicCount(Kind::kService, number));
  land.set_organization_count(version.PublicCount(Kind::kOrganization, number));
  land.set_network_count(version.PublicCount(Kind::kNetwork, number));
  return land;
}

AreaPage ReadAreas(const ViewVersion& version, const AreaListRequest& request) {
  AreaPage page;
  const v1::Area* parent = request.parent.empty() ? nullptr : version.places->Find(request.parent);
  if (!request.parent.empty() && parent == nullptr) return page;
  const auto& areas = version.places->areas();
  auto next = std::upper_bound(areas.begin(), areas.end(), request.after,
                               [](std::string_view after, const v1::Area* area) { return after < area->key(); });
  for (; next != areas.end(); ++next) {
    const v1::Area& area = **next;
    if (request.kind != v1::Area::KIND_UNSPECIFIED && area.kind() != request.kind) continue;
    if (parent != nullptr && !LiesIn(area, *parent)) continue;
    if (page.areas.size() == static_cast<size_t>(request.page_size)) {
      page.last = page.areas.back()->key();
      return page;
    }
    page.areas.push_back(&area);
  }
  return page;
}

}  // namespace schutznetz::directory
