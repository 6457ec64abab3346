#include "services/directory/places/built_in.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "services/directory/places/built_in_files.h"
#include "services/directory/places/land_codes.h"

namespace schutznetz::directory {
namespace {

constexpr char kSource[] =
    "Statistisches Bundesamt (Destatis), Gemeindeverzeichnis, 30.11.2023, dl-de/by-2-0, ausgewählt; Punkte: GeoNames, "
    "CC BY 4.0, "
    "gemittelt";

using Columns = std::vector<std::string_view>;

[[noreturn]] void Broken(std::string_view line) {
  std::fprintf(stderr, "built-in places: broken line: %.*s\n", static_cast<int>(line.size()), line.data());
  std::abort();
}

Columns Cut(std::string_view text, char by) {
  Columns columns;
  for (size_t end = 0; end != std::string_view::npos;) {
    end = text.find(by);
    columns.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return columns;
}

// Calls visit with the columns of each line that is no comment.
template <typename Visit>
void ForEachLine(std::string_view file, size_t columns, Visit visit) {
  for (const std::string_view line : Cut(file, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const Columns cut = Cut(line, '\t');
    if (cut.size() != columns) Broken(line);
    visit(cut);
  }
}

void SetPoint(std::string_view latitude, std::string_view longitude, common::v1::LatLng& point) {
  point.set_latitude(std::strtod(std::string(latitude).c_str(), nullptr));
  point.set_longitude(std::strtod(std::string(longitude).c_str(), nullptr));
}

std::string ParentKey(std::string_view key) {
  switch (key.size()) {
    case 11:
      return std::string(key.substr(0, 8));
    case 8:
      return std::string(key.substr(0, 5));
    case 5:
      return std::string(key.substr(0, key[2] == '0' ? 2 : 3));
    case 3:
      return std::string(key.substr(0, 2));
    default:
      return "00";
  }
}

v1::Area& AddArea(v1::Area::Kind kind, std::string_view key, std::string_view name, BuiltInPlaces& places) {
  v1::Area& area = places.areas.emplace_back();
  area.set_name("areas/" + std::string(key));
  area.set_key(std::string(key));
  area.set_kind(kind);
  area.set_display_name(std::string(name));
  area.set_source(kSource);
  if (kind == v1::Area::NATION) return area;
  if (IsoCodeOfLand(key).empty()) Broken(key);
  area.set_land("lands/" + std::string(IsoCodeOfLand(key)));
  area.set_parent("areas/" + ParentKey(key));
  return area;
}

void SetCenter(std::string_view latitude, std::string_view longitude, v1::Area& area) {
  SetPoint(latitude, longitude, *area.mutable_center());
  area.set_center_approximate(true);
}

void ReadAreas(BuiltInPlaces& places) {
  SetCenter("51.1634", "10.4477", AddArea(v1::Area::NATION, "00", "Deutschland", places));
  ForEachLine(built_in::laender_tsv, 7, [&](const Columns& c) {
    SetCenter(c[5], c[6], AddArea(v1::Area::LAND, c[0], c[2], places));
    if (c[3] != c[2]) places.aliases.emplace_back(c[3], c[0]);
  });
  ForEachLine(built_in::regions_tsv, 2, [&](const Columns& c) { AddArea(v1::Area::REGION, c[0], c[1], places); });
  ForEachLine(built_in::kreise_tsv, 5,
              [&](const Columns& c) { SetCenter(c[3], c[4], AddArea(v1::Area::KREIS, c[0], c[2], places)); });
  ForEachLine(built_in::towns_tsv, 5, [&](const Columns& c) {
    v1::Area& area = AddArea(v1::Area::GEMEINDE, c[0], c[2], places);
    SetCenter(c[3], c[4], area);
    area.set_population(std::atoi(std::string(c[1]).c_str()));
  });
  ForEachLine(built_in::city_districts_tsv, 4,
              [&](const Columns& c) { SetCenter(c[2], c[3], AddArea(v1::Area::CITY_DISTRICT, c[0], c[1], places)); });
  std::sort(places.areas.begin(), places.areas.end(),
            [](const v1::Area& a, const v1::Area& b) { return a.key() < b.key(); });
}

void ReadPostcodes(BuiltInPlaces& places) {
  ForEachLine(built_in::postcodes_tsv, 5, [&](const Columns& c) {
    if (places.postcodes.empty() || places.postcodes.back().code() != c[0]) {
      v1::Postcode& postcode = places.postcodes.emplace_back();
      postcode.set_code(std::string(c[0]));
      postcode.set_source(kSource);
    }
    v1::Postcode::Part& part = *places.postcodes.back().add_parts();
    part.set_area_key(std::string(c[1]));
    part.set_place_name(std::string(c[2]));
    SetPoint(c[3], c[4], *part.mutable_point());
  });
}

}  // namespace

BuiltInPlaces ReadBuiltInPlaces() {
  BuiltInPlaces places;
  ReadAreas(places);
  ReadPostcodes(places);
  ForEachLine(built_in::city_postcodes_tsv, 2,
              [&](const Columns& c) { places.city_postcodes.emplace_back(c[0], c[1]); });
  ForEachLine(built_in::postcode_regions_tsv, 2, [&](const Columns& c) {
    auto& keys = places.postcode_regions.emplace_back(c[0], std::vector<std::string>()).second;
    for (const std::string_view key : Cut(c[1], ',')) keys.emplace_back(key);
  });
  ForEachLine(built_in::aliases_tsv, 2, [&](const Columns& c) { places.aliases.emplace_back(c[0], c[1]); });
  return places;
}

}  // namespace schutznetz::directory
