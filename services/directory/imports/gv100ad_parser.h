// GV100AD, the municipality register of the Federal Statistical Office: fixed columns, counted in characters, one
// record a line.
#pragma once

#include "services/directory/imports/import_parser.h"

namespace schutznetz::directory {

// Gives areas of kind LAND (record type 10), REGION (20), KREIS (40) and GEMEINDE (60). Types 30 (planning regions of
// Baden-Württemberg) and 50 (associations of municipalities) have keys of their own kind and are ignored. A register
// names no date from which a key is valid, only the day on which it is.
class Gv100adParser final : public ImportParser {
 public:
  using ImportParser::ImportParser;

 private:
  void ReadLine(std::string_view line) override;
};

}  // namespace schutznetz::directory
