// The parsers against the real files, in pieces of the size that an import takes. Skipped by name where the files are
// absent.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "services/directory/imports/collecting_sink.h"
#include "services/directory/imports/postcode_book.h"

namespace schutznetz::directory {
namespace {

std::string SharedFile(const std::string& path) {
  const char* root = std::getenv("SCHUTZNETZ_SHARED_DATA");
  return (root != nullptr ? std::string(root) : std::string(SCHUTZNETZ_SOURCE_DIR) + "/../shared/data") + "/" + path;
}

// False, and a loud line, if the file is not there.
bool ReadFile(v1::Import::Format format, const std::string& path, CollectingSink& sink) {
  std::ifstream file(SharedFile(path), std::ios::binary);
  if (!file) {
    std::cerr << "SKIPPED: " << SharedFile(path) << " is absent; nothing was compared with the real file\n";
    return false;
  }
  const auto parser = MakeImportParser(format, sink);
  std::string piece(256 * 1024, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
    parser->Append(std::string_view(piece).substr(0, static_cast<size_t>(file.gcount())));
  }
  parser->Finish();
  return true;
}

constexpr char kGv100ad[] = "geo/destatis-gv100ad/GV100AD_301123.txt";
constexpr char kGeonames[] = "geo/geonames-2024/DE.txt";

std::vector<v1::Postcode> Merged(const CollectingSink& sink) {
  std::map<std::string, v1::Postcode> by_code;
  for (const v1::Postcode& row : sink.postcodes) {
    v1::Postcode& postcode = by_code[row.code()];
    postcode.set_code(row.code());
    MergePostcode(row, postcode);
  }
  std::vector<v1::Postcode> merged;
  for (auto& [code, postcode] : by_code) merged.push_back(std::move(postcode));
  return merged;
}

TEST(RealFilesTest, Gv100adGivesAllAreas) {
  CollectingSink sink;
  if (!ReadFile(v1::Import::GV100AD, kGv100ad, sink)) GTEST_SKIP();
  std::map<v1::Area::Kind, int> count;
  std::set<std::string> keys;
  int64_t population = 0;
  for (const v1::Area& area : sink.areas) {
    ++count[area.kind()];
    EXPECT_TRUE(keys.insert(area.key()).second) << area.key();
    population += area.population();
  }
  EXPECT_TRUE(sink.refusals.empty()) << sink.refusals[0].ShortDebugString();
  EXPECT_EQ(count[v1::Area::LAND], 16);
  EXPECT_EQ(count[v1::Area::REGION], 29);
  EXPECT_EQ(count[v1::Area::KREIS], 400);
  EXPECT_EQ(count[v1::Area::GEMEINDE], 10981);
  EXPECT_EQ(sink.as_of, "2023-11-30");
  EXPECT_GT(population, 84000000);
  EXPECT_LT(population, 85000000);
  const auto muenster =
      std::find_if(sink.areas.begin(), sink.areas.end(), [](const v1::Area& a) { return a.key() == "05515000"; });
  ASSERT_NE(muenster, sink.areas.end());
  EXPECT_EQ(muenster->display_name(), "Münster, Stadt");
}

TEST(RealFilesTest, GeonamesGivesAllPostcodes) {
  CollectingSink sink;
  if (!ReadFile(v1::Import::GEONAMES_POSTCODES, kGeonames, sink)) GTEST_SKIP();
  ASSERT_EQ(sink.refusals.size(), 1u);
  EXPECT_EQ(sink.refusals[0].line(), 16477);  // Jungholz in Austria.
  EXPECT_EQ(sink.postcodes.size(), 16476u);
  const std::vector<v1::Postcode> postcodes = Merged(sink);
  EXPECT_EQ(postcodes.size(), 8307u);  // 8,308 with Jungholz's.
  int several_kreise = 0, several_laender = 0;
  for (const v1::Postcode& postcode : postcodes) {
    std::set<std::string> kreise, laender;
    for (const auto& part : postcode.parts()) {
      kreise.insert(part.area_key());
      laender.insert(part.area_key().substr(0, 2));
    }
    several_kreise += kreise.size() > 1;
    several_laender += laender.size() > 1;
    if (postcode.code() == "14476") {
      EXPECT_EQ(kreise, (std::set<std::string>{"12054", "12063", "12069"}));
    }
  }
  EXPECT_EQ(several_kreise, 136);
  EXPECT_EQ(several_laender, 11);
  EXPECT_EQ(KreisCenters(postcodes).size(), 400u);
}

TEST(RealFilesTest, BothFilesKnowTheSameKreise) {
  CollectingSink areas, postcodes;
  if (!ReadFile(v1::Import::GV100AD, kGv100ad, areas) ||
      !ReadFile(v1::Import::GEONAMES_POSTCODES, kGeonames, postcodes))
    GTEST_SKIP();
  std::set<std::string> register_keys, postcode_keys;
  for (const v1::Area& area : areas.areas) {
    if (area.kind() == v1::Area::KREIS) register_keys.insert(area.key());
  }
  for (const v1::Postcode& row : postcodes.postcodes) postcode_keys.insert(row.parts(0).area_key());
  EXPECT_EQ(register_keys, postcode_keys);
}

}  // namespace
}  // namespace schutznetz::directory
