#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <roaring/roaring.hh>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "services/common/search/index_writer.h"
#include "services/common/search/search_test_documents.h"
#include "services/common/search/search_test_model.h"

namespace schutznetz::search {
namespace {

using ::testing::IsEmpty;

void ExpectSame(const IndexVersion& version, const Model& model, const Query& query,
                const std::vector<std::string>& words) {
  const Result result = version.Search(query).value();
  const std::vector<uint32_t> expected = model.Matching(query, words);
  ASSERT_EQ(result.total, expected.size());
  ASSERT_EQ(result.hits.size(), std::min(query.limit, expected.size()));
  for (const Hit& hit : result.hits) {
    ASSERT_TRUE(std::binary_search(expected.begin(), expected.end(), hit.slot));
    ASSERT_EQ(hit.key, model.documents().at(hit.slot).key);
  }
  for (size_t i = 1; i < result.hits.size(); ++i) {
    const Hit &before = result.hits[i - 1], &hit = result.hits[i];
    switch (query.order) {
      case Order::kRelevance:
        ASSERT_TRUE(before.score > hit.score || (before.score == hit.score && before.key < hit.key));
        break;
      case Order::kDistance:
        ASSERT_LE(before.distance_m < 0 ? 1e9 : before.distance_m, hit.distance_m < 0 ? 1e9 : hit.distance_m);
        break;
      case Order::kName:
        ASSERT_LE(model.documents().at(before.slot).sort_name, model.documents().at(hit.slot).sort_name);
        break;
    }
  }
  for (const FacetCounts& counts : result.facets) {
    std::map<std::string, uint64_t> plain;
    for (uint32_t slot : model.Matching(query, words, counts.facet)) {
      for (const FacetValue& value : model.documents().at(slot).facets) {
        if (value.facet == counts.facet) ++plain[value.value];
      }
    }
    ASSERT_EQ(counts.values.size(), plain.size());
    for (const FacetCount& value : counts.values) ASSERT_EQ(value.count, plain[value.value]) << value.value;
  }
}

// The nearest ones by the plain way, since ExpectSame looks at their order only.
void ExpectNearest(const IndexVersion& version, const Model& model, const Query& query) {
  std::vector<std::tuple<double, uint64_t, uint32_t>> order;
  for (uint32_t slot : model.Matching(query, {})) {
    const Document& document = model.documents().at(slot);
    order.emplace_back(Model::Distance(document, *query.near), document.key, slot);
  }
  std::sort(order.begin(), order.end());
  order.resize(std::min(order.size(), query.limit));
  std::vector<uint32_t> expected;
  for (const auto& [distance, key, slot] : order) expected.push_back(slot);
  ASSERT_EQ(SlotsOf(version.Search(query).value()), expected);
}

void AskEverything(const IndexVersion& version, const Model& model, Invention* invention) {
  ASSERT_EQ(version.size(), model.size());
  for (int i = 0; i < 12; ++i) {
    std::set<std::string> chosen;
    for (uint32_t n = invention->Number(4); n > 0; --n) chosen.insert(kWords[invention->Number(12)]);
    const std::vector<std::string> words(chosen.begin(), chosen.end());
    std::string text;
    for (const std::string& word : words) text += word + " ";
    Query query{.text = text, .limit = invention->Number(40)};
    Roaring slots;
    if (invention->Number(3) == 0) {
      for (uint32_t slot = 0; slot < 4000; slot += 1 + invention->Number(6)) slots.add(slot);
      query.slots = &slots;
    }
    if (invention->Number(2) == 0)
      query.filters.push_back({kKind, {"kind1", "kind" + std::to_string(invention->Number(6))}});
    if (invention->Number(3) == 0) query.filters.push_back({kLanguage, {"uk"}});
    if (invention->Number(2) == 0) query.facets = {kKind, kLand, kLanguage};
    if (invention->Number(2) == 0) {
      query.near = Near{{invention->Uniform(47, 55), invention->Uniform(6, 15)}};
      if (invention->Number(2) == 0) query.near->max_distance_m = invention->Uniform(0, 300'000);
      if (invention->Number(2) == 0) query.order = Order::kDistance;
    }
    if (invention->Number(5) == 0) query.order = Order::kName;
    const Result probe = version.Search(query).value();
    if (probe.required < probe.terms) {
      ASSERT_THAT(model.Matching(query, words), IsEmpty()) << "relaxed although something has all terms";
    } else {
      ExpectSame(version, model, query, words);
    }
    if (words.empty() && query.order == Order::kDistance) ExpectNearest(version, model, query);
  }
}

TEST(IndexWriterTest, AgreesWithAPlainModelUnderRandomChangesAndMerges) {
  Invention invention(20261122);
  IndexOptions options = TestOptions();
  options.delta_documents = 300;
  IndexWriter writer(options);
  Model model;
  for (int round = 0; round < 50; ++round) {
    Batch batch;
    for (uint32_t i = invention.Number(8) == 0 ? 700 : invention.Number(12); i > 0; --i) {
      batch.documents.push_back(invention.Next(invention.Number(4000)));
    }
    for (uint32_t i = invention.Number(10) == 0 ? 500 : invention.Number(10); i > 0; --i) {
      batch.deleted_slots.push_back(invention.Number(4000));
    }
    for (uint32_t slot : batch.deleted_slots) model.Delete(slot);
    for (const Document& document : batch.documents) model.Set(document);
    auto version = writer.Apply(batch);
    if (round % 4 == 3) version = writer.Merge();
    if (round % 25 == 24) version = writer.Rebuild();
    ASSERT_NO_FATAL_FAILURE(AskEverything(*version, model, &invention)) << "round " << round;
    ASSERT_LE(version->segment_count(), 14u);
  }
}

}  // namespace
}  // namespace schutznetz::search
