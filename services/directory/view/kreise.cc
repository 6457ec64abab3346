#include "services/directory/view/kreise.h"

#include <algorithm>
#include <utility>

namespace schutznetz::directory {

std::vector<std::string> KreiseByDistance(const PlaceResolver& places, const geo::Point& point, double radius_m) {
  std::vector<std::pair<double, const v1::Area*>> around;
  for (const v1::Area* area : places.areas()) {
    if (area->kind() != v1::Area::KREIS || !area->has_center()) continue;
    const geo::Point center{area->center().latitude(), area->center().longitude()};
    if (!geo::IsValid(center)) continue;
    const double distance = geo::DistanceMetres(point, center);
    if (distance <= radius_m) around.emplace_back(distance, area);
  }
  std::sort(around.begin(), around.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second->key() < b.second->key();
  });
  std::vector<std::string> keys;
  for (const auto& [distance, area] : around) keys.push_back(area->key());
  return keys;
}

}  // namespace schutznetz::directory
