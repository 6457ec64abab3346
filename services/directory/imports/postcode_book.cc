#include "services/directory/imports/postcode_book.h"

#include <algorithm>
#include <tuple>

namespace schutznetz::directory {
namespace {

using Part = v1::Postcode::Part;

auto OrderOf(const Part& part) { return std::tie(part.area_key(), part.place_name()); }

// A mean that is filled point by point.
struct Mean {
  double latitude = 0, longitude = 0;
  int count = 0;

  void Add(double lat, double lng) {
    latitude += lat;
    longitude += lng;
    ++count;
  }
};

}  // namespace

void MergePostcode(const v1::Postcode& other, v1::Postcode& postcode) {
  for (const Part& part : other.parts()) {
    auto& parts = *postcode.mutable_parts();
    const auto at = std::lower_bound(parts.begin(), parts.end(), part,
                                     [](const Part& a, const Part& b) { return OrderOf(a) < OrderOf(b); });
    const auto index = static_cast<int>(at - parts.begin());
    if (at != parts.end() && OrderOf(*at) == OrderOf(part)) {
      parts[index] = part;
      continue;
    }
    *postcode.add_parts() = part;
    std::rotate(parts.begin() + index, parts.end() - 1, parts.end());
  }
}

std::map<std::string, common::v1::LatLng> KreisCenters(const std::vector<v1::Postcode>& postcodes) {
  std::map<std::string, Mean> kreise;
  for (const v1::Postcode& postcode : postcodes) {
    std::map<std::string_view, Mean> here;
    for (const Part& part : postcode.parts()) {
      const std::string_view key = std::string_view(part.area_key()).substr(0, 5);
      if (key.size() == 5) here[key].Add(part.point().latitude(), part.point().longitude());
    }
    for (const auto& [key, mean] : here)
      kreise[std::string(key)].Add(mean.latitude / mean.count, mean.longitude / mean.count);
  }
  std::map<std::string, common::v1::LatLng> centers;
  for (const auto& [key, mean] : kreise) {
    centers[key].set_latitude(mean.latitude / mean.count);
    centers[key].set_longitude(mean.longitude / mean.count);
  }
  return centers;
}

}  // namespace schutznetz::directory
