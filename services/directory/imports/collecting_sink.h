// A sink of the tests: keeps what it is given.
#pragma once

#include <string>
#include <vector>

#include "services/directory/imports/import_parser.h"

namespace schutznetz::directory {

struct CollectingSink final : ImportSink {
  void OnArea(const v1::Area& area, std::string_view date) override {
    areas.push_back(area);
    as_of = date;
  }
  void OnPostcode(const v1::Postcode& postcode) override { postcodes.push_back(postcode); }
  void OnRefusal(const v1::ImportRefusal& refusal) override { refusals.push_back(refusal); }

  std::vector<v1::Area> areas;
  std::vector<v1::Postcode> postcodes;
  std::vector<v1::ImportRefusal> refusals;
  std::string as_of;
};

}  // namespace schutznetz::directory
