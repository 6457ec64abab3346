#include "services/directory/view/ladder_texts.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace schutznetz::directory {
namespace {

using v1::Area;

// "Münster" for "Münster, Stadt".
std::string PlainName(const Area& area) { return area.display_name().substr(0, area.display_name().find(',')); }

bool IsKreisfrei(const Area& kreis, const AreaChain& chain) {
  return std::any_of(chain.areas.begin(), chain.areas.end(),
                     [&](const Area* area) { return area->key() == kreis.key() + "000"; });
}

std::string LabelOf(const Area& area, const AreaChain& chain) {
  const std::string name = PlainName(area);
  switch (area.kind()) {
    case Area::CITY_DISTRICT:
      return "Bezirk " + name;
    case Area::KREIS: {
      // A kreisfreie Stadt, and names that say it themselves (Erzgebirgskreis).
      const bool plain = IsKreisfrei(area, chain) || name.find("kreis") != std::string::npos ||
                         name.find("Kreis") != std::string::npos;
      return plain ? name : "Kreis " + name;
    }
    case Area::REGION:
      return absl::StrReplaceAll(name, {{"Reg.-Bez.", "Regierungsbezirk"}});
    case Area::LAND:
      return "Land " + name;
    default:
      return name;
  }
}

}  // namespace

std::string CompetenceText(const Area& area, const AreaChain& chain) {
  if (area.kind() == Area::NATION) return "Bundesweit zuständig.";
  return absl::StrCat("Zuständig für ", LabelOf(area, chain), ".");
}

std::string NearestText(double distance_m) {
  const auto kilometres = static_cast<int>(std::lround(distance_m / 1000));
  if (kilometres < 1) return "Nächstgelegene Fachberatung, weniger als 1 km entfernt.";
  return absl::StrCat("Nächstgelegene Fachberatung, etwa ", kilometres, " km entfernt.");
}

}  // namespace schutznetz::directory
