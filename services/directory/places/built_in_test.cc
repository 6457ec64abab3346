#include "services/directory/places/built_in.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "gtest/gtest.h"
#include "services/directory/imports/collecting_sink.h"
#include "services/directory/imports/postcode_book.h"

namespace schutznetz::directory {
namespace {

using v1::Area;

const BuiltInPlaces& ThePlaces() {
  static const BuiltInPlaces* places = new BuiltInPlaces(ReadBuiltInPlaces());
  return *places;
}

std::map<std::string, Area> AreasByKey() {
  std::map<std::string, Area> areas;
  for (const Area& area : ThePlaces().areas) EXPECT_TRUE(areas.emplace(area.key(), area).second) << area.key();
  return areas;
}

TEST(BuiltInTest, EveryAreaHasItsParentUpToTheNation) {
  const auto areas = AreasByKey();
  std::map<Area::Kind, int> count;
  for (const auto& [key, area] : areas) {
    ++count[area.kind()];
    EXPECT_FALSE(area.display_name().empty());
    EXPECT_FALSE(area.source().empty());
    if (area.kind() == Area::NATION) continue;
    EXPECT_EQ(areas.count(area.parent().substr(6)), 1u) << key << " in " << area.parent();
    EXPECT_EQ(area.land().substr(0, 9), "lands/DE-");
  }
  EXPECT_EQ(count[Area::NATION], 1);
  EXPECT_EQ(count[Area::LAND], 16);
  EXPECT_EQ(count[Area::REGION], 29);
  EXPECT_EQ(count[Area::KREIS], 400);
  EXPECT_EQ(count[Area::CITY_DISTRICT], 19);
  EXPECT_GT(count[Area::GEMEINDE], 2000);
}

TEST(BuiltInTest, EveryKreisHasAPostcodeAndACentre) {
  std::set<std::string> with_postcode;
  for (const v1::Postcode& postcode : ThePlaces().postcodes) {
    for (const auto& part : postcode.parts()) with_postcode.insert(part.area_key());
  }
  for (const Area& area : ThePlaces().areas) {
    if (area.kind() != Area::KREIS) continue;
    EXPECT_TRUE(area.has_center()) << area.key();
    EXPECT_EQ(with_postcode.count(area.key()), 1u) << area.key() << " " << area.display_name();
  }
}

TEST(BuiltInTest, KeysThatAreReferredToExist) {
  const auto areas = AreasByKey();
  for (const auto& [postcode, district] : ThePlaces().city_postcodes) EXPECT_EQ(areas.count(district), 1u) << postcode;
  for (const auto& [digits, keys] : ThePlaces().postcode_regions) {
    for (const std::string& key : keys) EXPECT_EQ(areas.count(key), 1u) << digits;
  }
  for (const auto& [name, key] : ThePlaces().aliases) EXPECT_EQ(areas.count(key), 1u) << name;
}

// The real files, where they are present.
std::ifstream Open(const std::string& path) {
  const char* root = std::getenv("SCHUTZNETZ_SHARED_DATA");
  const std::string full =
      (root != nullptr ? std::string(root) : std::string(SCHUTZNETZ_SOURCE_DIR) + "/../shared/data") + "/" + path;
  std::ifstream file(full, std::ios::binary);
  if (!file) std::cerr << "SKIPPED: " << full << " is absent; built-in data was not compared with it\n";
  return file;
}

void Read(v1::Import::Format format, std::ifstream& file, CollectingSink& sink) {
  const auto parser = MakeImportParser(format, sink);
  for (std::string line; std::getline(file, line);) parser->Append(line + "\n");
  parser->Finish();
}

TEST(BuiltInTest, AreasAreThoseOfTheRealRegister) {
  std::ifstream file = Open("geo/destatis-gv100ad/GV100AD_301123.txt");
  if (!file) GTEST_SKIP();
  CollectingSink sink;
  Read(v1::Import::GV100AD, file, sink);
  std::map<std::string, Area> real;
  for (const Area& area : sink.areas) real[area.key()] = area;
  for (const Area& area : ThePlaces().areas) {
    if (area.kind() == Area::NATION || area.kind() == Area::CITY_DISTRICT) continue;
    ASSERT_EQ(real.count(area.key()), 1u) << area.key();
    EXPECT_EQ(area.display_name(), real[area.key()].display_name());
    EXPECT_EQ(area.parent(), real[area.key()].parent());
    EXPECT_EQ(area.land(), real[area.key()].land());
    EXPECT_EQ(area.population(), real[area.key()].population());
  }
  size_t kreise = 0;
  for (const auto& [key, area] : real) kreise += area.kind() == Area::KREIS;
  EXPECT_EQ(kreise, 400u);
}

TEST(BuiltInTest, CentresAndPostcodesAreThoseOfTheRealFile) {
  std::ifstream file = Open("geo/geonames-2024/DE.txt");
  if (!file) GTEST_SKIP();
  CollectingSink sink;
  Read(v1::Import::GEONAMES_POSTCODES, file, sink);
  std::map<std::string, v1::Postcode> by_code;
  for (const v1::Postcode& row : sink.postcodes) {
    by_code[row.code()].set_code(row.code());
    MergePostcode(row, by_code[row.code()]);
  }
  std::vector<v1::Postcode> postcodes;
  for (const auto& [code, postcode] : by_code) postcodes.push_back(postcode);
  const auto centers = KreisCenters(postcodes);
  for (const Area& area : ThePlaces().areas) {
    if (area.kind() != Area::KREIS) continue;
    EXPECT_NEAR(area.center().latitude(), centers.at(area.key()).latitude(), 0.0001) << area.key();
    EXPECT_NEAR(area.center().longitude(), centers.at(area.key()).longitude(), 0.0001) << area.key();
  }
  for (const v1::Postcode& postcode : ThePlaces().postcodes) {
    std::set<std::string> ours, real;
    for (const auto& part : postcode.parts()) ours.insert(part.area_key());
    for (const auto& part : by_code[postcode.code()].parts()) real.insert(part.area_key());
    EXPECT_EQ(ours, real) << postcode.code();
  }
  for (const auto& [code, district] : ThePlaces().city_postcodes) {
    ASSERT_EQ(by_code.count(code), 1u) << code;
    EXPECT_EQ(by_code[code].parts(0).area_key(), district.substr(0, 5)) << code;
  }
}

}  // namespace
}  // namespace schutznetz::directory
