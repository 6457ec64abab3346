// The built-in areas and postcodes: what is known before real files are imported.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "schutznetz/directory/v1/area.pb.h"

namespace schutznetz::directory {

struct BuiltInPlaces {
  // Nation, Länder, Regierungsbezirke, Kreise, towns and the districts of Berlin and Hamburg, with centres
  // (approximate), source and parents. In the order of keys.
  std::vector<v1::Area> areas;
  // Some postcodes of each Kreis, in the order of codes.
  std::vector<v1::Postcode> postcodes;
  // Postcode and district key, in the order of postcodes.
  std::vector<std::pair<std::string, std::string>> city_postcodes;
  // First digits of a postcode, the longer ones after the shorter, and the keys of the areas they stand for: two digits
  // Länder, three digits Kreise.
  std::vector<std::pair<std::string, std::vector<std::string>>> postcode_regions;
  // Other name and area key.
  std::vector<std::pair<std::string, std::string>> aliases;
};

// Reads the embedded files. They are part of the program: a line that does not parse ends it.
BuiltInPlaces ReadBuiltInPlaces();

}  // namespace schutznetz::directory
