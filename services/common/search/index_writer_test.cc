#include "services/common/search/index_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "services/common/search/search_test_documents.h"
#include "services/common/search/search_test_model.h"

namespace schutznetz::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
  const Result before = writer.current()->Search(query).value();
  for (const Hit& hit : before.hits) scores[hit.slot] = hit.score;
  for (uint32_t slot = 200; slot < 240; ++slot) writer.Apply({{invention.Next(slot)}, {slot - 200}});
  const Result after = writer.Merge()->Search(query).value();
  for (const Hit& hit : after.hits) {
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

}  // namespace
}  // namespace schutznetz::search
