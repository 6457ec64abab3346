#include "services/common/search/index_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <roaring/roaring.hh>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/common/search/index_writer.h"
#include "services/common/search/search_test_documents.h"

namespace schutznetz::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(IndexVersionTest, RefusesWhatIsTooMuchOrMakesNoSense) {
  IndexWriter writer(TestOptions());
  const auto version = writer.current();
  std::string many;
  for (int i = 0; i < 17; ++i) many += "wort" + std::to_string(i) + " ";
  EXPECT_EQ(version->Search({.text = many}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(version->Search({.text = std::string(2000, 'a')}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(version->Search({.limit = 501}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(version->Search({.order = Order::kDistance}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(version->Search({.near = Near{{91, 0}}}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(version->Search({.text = many.substr(0, many.find("wort16"))}).value().total, 0u);
}

TEST(IndexVersionTest, FacetsIgnoreTheirOwnFilterOnly) {
  IndexWriter writer(TestOptions());
  std::vector<Document> documents;
  const std::vector<std::pair<std::string, std::string>> values = {
      {"POLICE", "DE-NW"}, {"POLICE", "DE-BE"}, {"SHELTER", "DE-NW"}, {"COUNSELLING", "DE-NW"}};
  for (const auto& [kind, land] : values) {
    documents.push_back(MakeDocument(static_cast<uint32_t>(documents.size()), {"Hilfe"}));
    documents.back().facets = {{kKind, kind}, {kLand, land}};
  }
  const auto version = LoadAll(&writer, documents);
  const Result result =
      version->Search({.text = "Hilfe", .filters = {{kKind, {"POLICE"}}}, .facets = {kKind, kLand}}).value();
  EXPECT_EQ(result.total, 2u);
  ASSERT_EQ(result.facets.size(), 2u);
  EXPECT_EQ(result.facets[0].values.size(), 3u);
  EXPECT_EQ(result.facets[0].values[0].value, "POLICE");
  ASSERT_EQ(result.facets[1].values.size(), 2u);
  EXPECT_EQ(result.facets[1].values[0].count, 1u);
}

// Two ways to the same figures: from the documents where few are found, from the values where many are.
TEST(IndexVersionTest, FacetsOfFewAndOfManyFoundAreExact) {
  IndexWriter writer(TestOptions());
  std::vector<Document> documents;
  for (uint32_t slot = 0; slot < 300; ++slot) {
    documents.push_back(MakeDocument(slot, {slot % 60 == 0 ? "Hilfe selten" : "Hilfe"}));
    documents.back().facets = {{kKind, slot % 120 == 0 ? "POLICE" : "SHELTER"},
                               {kLand, slot % 3 == 0 ? "DE-NW" : "DE-BE"},
                               {kLanguage, "de"},
                               {kLanguage, "uk"}};
  }
  const auto version = LoadAll(&writer, documents);
  const auto counts = [&](std::string_view text, FacetId facet) {
    const Result result = version->Search({.text = text, .facets = {kLanguage, kKind, kLand}}).value();
    std::vector<std::pair<std::string, uint64_t>> values;
    for (const FacetCounts& found : result.facets) {
      if (found.facet != facet) continue;
      for (const FacetCount& value : found.values) values.emplace_back(value.value, value.count);
    }
    return values;
  };
  EXPECT_THAT(counts("selten", kKind), ElementsAre(Pair("POLICE", 3u), Pair("SHELTER", 2u)));
  EXPECT_THAT(counts("selten", kLand), ElementsAre(Pair("DE-NW", 5u)));
  EXPECT_THAT(counts("selten", kLanguage), ElementsAre(Pair("de", 5u), Pair("uk", 5u)));
  EXPECT_THAT(counts("Hilfe", kKind), ElementsAre(Pair("SHELTER", 297u), Pair("POLICE", 3u)));
  EXPECT_THAT(counts("Hilfe", kLand), ElementsAre(Pair("DE-BE", 200u), Pair("DE-NW", 100u)));
}

TEST(IndexVersionTest, NamesSortAsInAGermanDirectory) {
  IndexWriter writer(TestOptions());
  const auto version =
      LoadAll(&writer, {MakeDocument(1, {"Zoll"}), MakeDocument(2, {"Ärztekammer"}), MakeDocument(3, {"Arbeitskreis"}),
                        MakeDocument(4, {"özil"}), MakeDocument(5, {"Olga"}), MakeDocument(6, {"arztpraxis"})});
  EXPECT_THAT(SlotsOf(version->Search({.order = Order::kName}).value()), ElementsAre(3, 2, 6, 5, 4, 1));
}

TEST(IndexVersionTest, SelectGivesAllSlotsThatPass) {
  IndexWriter writer(TestOptions());
  std::vector<Document> documents;
  for (uint32_t slot = 0; slot < 10; ++slot) {
    documents.push_back(MakeDocument(slot, {"Hilfe"}));
    documents.back().facets = {{kLand, slot % 2 == 0 ? "DE-NW" : "DE-BE"}};
  }
  LoadAll(&writer, documents);
  const auto version = writer.Apply({{}, {4}});
  const Roaring selected = version->Select({{kLand, {"DE-NW"}}});
  EXPECT_EQ(selected.cardinality(), 4u);
  EXPECT_FALSE(selected.contains(4));
  EXPECT_EQ(version->Select({}).cardinality(), 9u);
}

TEST(IndexVersionTest, EmptyIndexAnswers) {
  IndexWriter writer(TestOptions());
  EXPECT_EQ(writer.current()->Search({.text = "Hilfe"}).value().total, 0u);
  EXPECT_EQ(writer.current()->Search({.near = Near{{52, 13}}, .order = Order::kDistance}).value().total, 0u);
  EXPECT_EQ(writer.Rebuild()->Search({.text = "Hilfe Opfer"}).value().total, 0u);
  EXPECT_THAT(writer.current()->Complete("H", 3), IsEmpty());
}

}  // namespace
}  // namespace schutznetz::search
