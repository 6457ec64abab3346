// Postcodes of GeoNames (DE.txt of the postal code set): 12 columns between tabs, one place of a postcode a line.
#pragma once

#include "services/directory/imports/import_parser.h"

namespace schutznetz::directory {

// Columns: country, postcode, place, Land and its letters, Regierungsbezirk and its key, Kreis and its key, latitude,
// longitude, accuracy. Only country "DE" is taken. A line without a Kreis key is refused (the real file has one, the
// Austrian exclave Jungholz), as is a point outside the country's bounding box.
class GeonamesPostcodeParser final : public ImportParser {
 public:
  using ImportParser::ImportParser;

 private:
  void ReadLine(std::string_view line) override;
};

}  // namespace schutznetz::directory
