#include "services/common/search/index_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <roaring/roaring.hh>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "services/common/search/search_test_documents.h"
#include "services/common/search/words.h"

namespace schutznetz::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Words that are no parts, stems or beginnings of each other and differ by more than two letters, so that what a query
// must find can be computed the plain way.
const std::vector<std::string> kWords = {"xavolin",  "brumkati", "zeglupor", "fyndarku", "wuxolgam", "tarpikoz",
                                         "qilvunda", "hosjemir", "dokfubax", "lyrgantu", "mipzokel", "vudsharo"};

// Documents as sets, asked one by one.
class Model {
 public:
  void Set(const Document& document) { documents_[document.slot] = document; }
  void Delete(uint32_t slot) { documents_.erase(slot); }
  size_t size() const { return documents_.size(); }
  const std::map<uint32_t, Document>& documents() const { return documents_; }

  static bool HasWord(const Document& document, const std::string& word) {
    return std::any_of(document.fields.begin(), document.fields.end(), [&word](const FieldText& field) {
      return (" " + field.text + " ").find(" " + word + " ") != std::string::npos;
    });
  }

  static bool HasFacet(const Document& document, const FacetFilter& filter) {
    return std::any_of(document.facets.begin(), document.facets.end(), [&filter](const FacetValue& facet) {
      return facet.facet == filter.facet &&
             std::find(filter.values.begin(), filter.values.end(), facet.value) != filter.values.end();
    });
  }

  static double Distance(const Document& document, const Near& near) {
    return document.point.has_value() ? geo::DistanceMetres(*document.point, near.centre) : 1e9;
  }

  // The slots that match; facet filters on `except` aside.
  std::vector<uint32_t> Matching(const Query& query, const std::vector<std::string>& words, int except = -1) const {
    std::vector<uint32_t> slots;
    for (const auto& [slot, document] : documents_) {
      bool matches = query.slots == nullptr || query.slots->contains(slot);
      for (const std::string& word : words) matches = matches && HasWord(document, word);
      for (const FacetFilter& filter : query.filters) {
        matches = matches && (filter.facet == except || HasFacet(document, filter));
      }
      if (query.near.has_value() && query.near->max_distance_m < 1e8) {
        matches = matches && Distance(document, *query.near) <= query.near->max_distance_m;
      }
      if (matches) slots.push_back(slot);
    }
    return slots;
  }

 private:
  std::map<uint32_t, Document> documents_;
};

class Invention {
 public:
  explicit Invention(uint32_t seed) : random_(seed) {}

  uint32_t Number(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  double Uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

  std::string Text(uint32_t words) {
    std::string text;
    for (uint32_t i = 0; i < words; ++i) text += (i == 0 ? "" : " ") + kWords[Number(Number(12) + 1)];
    return text;
  }

  Document Next(uint32_t slot) {
    Document document = MakeDocument(slot, {Text(2), Text(1), "", Text(Number(3)), Text(Number(12))});
    document.key = (uint64_t{slot} * 0x9E3779B97F4A7C15ULL) ^ 77;
    document.facets = {{kKind, "kind" + std::to_string(Number(5))},
                       {kLand, "land" + std::to_string(Number(16))},
                       {kLanguage, "de"},
                       {kLanguage, Number(2) == 0 ? "en" : "uk"}};
    if (Number(8) != 0) document.point = geo::Point{Uniform(47, 55), Uniform(6, 15)};
    return document;
  }

 private:
  std::mt19937_64 random_;
};

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
  for (int round = 0; round < 60; ++round) {
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

TEST(IndexWriterTest, LoadReplacesEverythingAndTheLaterOfTwoCounts) {
  IndexWriter writer(TestOptions());
  writer.Apply({{MakeDocument(9, {"vorher"})}, {}});
  const auto version =
      LoadAll(&writer, {MakeDocument(1, {"alt"}), MakeDocument(2, {"zwei"}), MakeDocument(1, {"neu"})});
  EXPECT_EQ(version->size(), 2u);
  EXPECT_FALSE(version->Contains(9));
  EXPECT_THAT(SlotsOf(version->Search({.text = "neu"}).value()), ElementsAre(1));
  EXPECT_THAT(version->Search({.text = "alt"}).value().hits, IsEmpty());
}

TEST(IndexWriterTest, UpdateKeepsItsSlotAndOldVersionsStay) {
  IndexWriter writer(TestOptions());
  const auto before = writer.Apply({{MakeDocument(5, {"Jugendamt"})}, {}});
  const auto after = writer.Apply({{MakeDocument(5, {"Polizei"})}, {}});
  EXPECT_THAT(SlotsOf(before->Search({.text = "Jugendamt"}).value()), ElementsAre(5));
  EXPECT_THAT(before->Search({.text = "Polizei"}).value().hits, IsEmpty());
  EXPECT_THAT(SlotsOf(after->Search({.text = "Polizei"}).value()), ElementsAre(5));
  EXPECT_THAT(after->Search({.text = "Jugendamt"}).value().hits, IsEmpty());
  EXPECT_EQ(after->size(), 1u);
}

TEST(IndexWriterTest, BatchDeletesBeforeItAdds) {
  IndexWriter writer(TestOptions());
  writer.Apply({{MakeDocument(5, {"Jugendamt"})}, {}});
  const auto version = writer.Apply({{MakeDocument(5, {"Zoll"})}, {5, 6}});
  EXPECT_TRUE(version->Contains(5));
  EXPECT_THAT(writer.Apply({{}, {5}})->Search({}).value().hits, IsEmpty());
}

// Pages through everything while a writer changes other documents; what did not change comes exactly once.
void PageThrough(IndexWriter* writer, Invention* invention, Query query, const std::set<uint32_t>& unchanged) {
  std::vector<uint32_t> seen;
  for (int page = 0; page < 1000; ++page) {
    const Result result = writer->current()->Search(query).value();
    for (const Hit& hit : result.hits) {
      if (unchanged.contains(hit.slot)) seen.push_back(hit.slot);
    }
    if (!result.next.has_value()) break;
    query.after = result.next;
    Batch batch;
    for (int i = 0; i < 5; ++i) batch.documents.push_back(invention->Next(2000 + invention->Number(300)));
    batch.deleted_slots = {2000 + invention->Number(300)};
    writer->Apply(batch);
  }
  std::sort(seen.begin(), seen.end());
  ASSERT_EQ(seen, std::vector<uint32_t>(unchanged.begin(), unchanged.end()));
}

TEST(IndexWriterTest, PagesNeitherRepeatNorDropWhileTheWriterGoesOn) {
  Invention invention(4);
  IndexWriter writer(TestOptions());
  std::vector<Document> start;
  for (uint32_t slot = 0; slot < 800; ++slot) start.push_back(invention.Next(slot));
  LoadAll(&writer, start);
  std::set<uint32_t> having, all;
  for (const Document& document : start) {
    all.insert(document.slot);
    if (Model::HasWord(document, kWords[1])) having.insert(document.slot);
  }
  const Near near{{51, 10}};
  PageThrough(&writer, &invention, {.text = kWords[1], .limit = 7}, having);
  PageThrough(&writer, &invention, {.text = kWords[1], .near = near, .order = Order::kDistance, .limit = 7}, having);
  PageThrough(&writer, &invention, {.near = near, .order = Order::kDistance, .limit = 13}, all);
  PageThrough(&writer, &invention, {.order = Order::kName, .limit = 13}, all);
  PageThrough(&writer, &invention, {.limit = 13}, all);
}

TEST(IndexWriterTest, PageGoesOnBehindItsLastHitAfterTheBaseWasRebuilt) {
  Invention invention(5);
  IndexWriter writer(TestOptions());
  std::vector<Document> start;
  for (uint32_t slot = 0; slot < 300; ++slot) start.push_back(invention.Next(slot));
  LoadAll(&writer, start);
  Query query{.text = kWords[0], .limit = 20};
  const Result first = writer.current()->Search(query).value();
  for (uint32_t slot = 300; slot < 900; ++slot) writer.Apply({{MakeDocument(slot, {"anders"})}, {}});
  writer.Rebuild();
  query.after = first.next;
  const Result second = writer.current()->Search(query).value();
  ASSERT_NE(second.base, first.base);
  EXPECT_EQ(second.hits.size(), 20u);
  for (const Hit& hit : second.hits) {
    for (const Hit& earlier : first.hits) ASSERT_NE(hit.slot, earlier.slot);
  }
}

TEST(IndexWriterTest, ScoresStayUntilTheBaseIsRebuilt) {
  Invention invention(6);
  IndexWriter writer(TestOptions());
  std::vector<Document> start;
  for (uint32_t slot = 0; slot < 200; ++slot) start.push_back(invention.Next(slot));
  LoadAll(&writer, start);
  const Query query{.text = kWords[2], .limit = 500};
  std::map<uint32_t, uint32_t> scores;
  for (const Hit& hit : writer.current()->Search(query).value().hits) scores[hit.slot] = hit.score;
  for (uint32_t slot = 200; slot < 240; ++slot) writer.Apply({{invention.Next(slot)}, {slot - 200}});
  const auto merged = writer.Merge();
  for (const Hit& hit : merged->Search(query).value().hits) {
    if (hit.slot < 200) {
      EXPECT_EQ(hit.score, scores.at(hit.slot));
    }
  }
}

TEST(IndexWriterTest, SameDocumentScoresTheSameInEveryTier) {
  IndexWriter writer(TestOptions());
  std::vector<Document> start;
  for (uint32_t slot = 0; slot < 50; ++slot)
    start.push_back(MakeDocument(slot, {"Beratungsstelle", "", "", "", "Hilfe"}));
  LoadAll(&writer, start);
  writer.Apply({{MakeDocument(100, {"Beratungsstelle", "", "", "", "Hilfe"})}, {}});
  for (std::string_view text : {"Beratungsstelle", "Beratung", "Stelle", "Hilfen", "Beratungsstele"}) {
    const Result result = writer.current()->Search({.text = text, .limit = 100}).value();
    ASSERT_EQ(result.total, 51u) << text;
    for (const Hit& hit : result.hits) EXPECT_EQ(hit.score, result.hits[0].score) << text;
  }
}

TEST(IndexWriterTest, MergeBringsManySegmentsIntoTwo) {
  IndexOptions options = TestOptions();
  options.delta_documents = 20;
  IndexWriter writer(options);
  std::vector<Document> start;
  for (uint32_t slot = 0; slot < 2000; ++slot) start.push_back(MakeDocument(slot, {"Beratung"}));
  LoadAll(&writer, start);
  EXPECT_FALSE(writer.MergeDue());
  for (uint32_t slot = 2000; slot < 2030; ++slot) writer.Apply({{MakeDocument(slot, {"Hilfe"})}, {}});
  EXPECT_TRUE(writer.MergeDue());
  const uint64_t base = writer.current()->base_number();
  const auto merged = writer.Merge();
  EXPECT_EQ(merged->segment_count(), 2u);
  EXPECT_EQ(merged->base_number(), base);
  EXPECT_FALSE(writer.MergeDue());
  Batch many;
  for (uint32_t slot = 2000; slot < 3000; ++slot) many.documents.push_back(MakeDocument(slot, {"Hilfe"}));
  writer.Apply(many);
  EXPECT_EQ(writer.Merge()->segment_count(), 1u);
  EXPECT_GT(writer.current()->base_number(), base);
}

TEST(IndexWriterTest, ReadersSeeWholeBatchesWhileWriterAndMergerWork) {
  Invention invention(8);
  IndexOptions options = TestOptions();
  options.delta_documents = 64;
  IndexWriter writer(options);
  // Slots i and i + 1000 always carry the same word, changed in one batch.
  std::vector<Document> start;
  for (uint32_t slot = 0; slot < 200; ++slot) {
    start.push_back(MakeDocument(slot, {kWords[0]}));
    start.push_back(MakeDocument(slot + 1000, {kWords[0]}));
  }
  LoadAll(&writer, start);
  std::atomic<bool> done = false;
  const auto read = [&] {
    while (!done) {
      const auto version = writer.current();
      uint64_t sum = 0;
      for (const std::string& word : {kWords[0], kWords[1], kWords[2]}) {
        const Result result = version->Search({.text = word, .limit = 500, .last_term_is_prefix = false}).value();
        EXPECT_EQ(result.total % 2, 0u);
        sum += result.required == result.terms ? result.total : 0;
      }
      EXPECT_EQ(sum, 400u);
      version->Complete("b", 3);
    }
  };
  std::thread first(read), second(read);
  std::thread merger([&] {
    while (!done) writer.Merge();
  });
  for (int i = 0; i < 400; ++i) {
    const uint32_t slot = invention.Number(200);
    const std::string word = kWords[invention.Number(3)];
    writer.Apply({{MakeDocument(slot, {word}), MakeDocument(slot + 1000, {word})}, {}});
  }
  done = true;
  first.join();
  second.join();
  merger.join();
  EXPECT_EQ(writer.Rebuild()->size(), 400u);
}

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
