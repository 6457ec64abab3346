#include "services/common/search/postings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <roaring/roaring.hh>
#include <set>
#include <vector>

#include "services/common/search/ordinal_bits.h"
#include "services/common/search/window_scores.h"

namespace schutznetz::search {
namespace {

// A list in which one in `one_in` of `ordinals` documents stands.
std::vector<Posting> RandomList(uint32_t ordinals, uint32_t one_in, std::mt19937* random) {
  std::vector<Posting> list;
  for (uint32_t i = 0; i < ordinals; ++i) {
    if ((*random)() % one_in == 0) list.push_back({i, static_cast<uint8_t>(1 + (*random)() % 255)});
  }
  if (list.empty()) list.push_back({ordinals / 2, 9});
  return list;
}

TEST(PostingStoreTest, ListsOfEveryDensityReadBackAsWritten) {
  std::mt19937 random(1);
  PostingStore store;
  std::vector<std::vector<Posting>> lists;
  for (uint32_t one_in : {1, 2, 3, 5, 10, 15, 17, 100, 5000}) {
    lists.push_back(RandomList(20'000, one_in, &random));
    EXPECT_EQ(store.Add(lists.back()), lists.size() - 1);
  }
  store.Seal();
  for (uint32_t i = 0; i < lists.size(); ++i) {
    std::vector<Posting> read;
    store.Read(i, &read);
    EXPECT_EQ(read, lists[i]);
    EXPECT_EQ(store.documents(i), lists[i].size());
  }
}

TEST(PostingStoreTest, MergingKeepsTheGreatestImpact) {
  std::vector<Posting> postings = {{7, 10}, {3, 1}, {7, 30}, {7, 20}};
  SortAndMerge(&postings);
  EXPECT_EQ(postings, (std::vector<Posting>{{3, 1}, {7, 30}}));
}

// What the scorer must say, list by list and document by document.
uint32_t PlainScore(const std::vector<std::vector<Posting>>& lists, const std::vector<std::vector<uint32_t>>& terms,
                    const std::vector<uint32_t>& weights, uint32_t ordinal) {
  uint32_t sum = 0;
  for (const std::vector<uint32_t>& term : terms) {
    uint32_t best = 0;
    for (uint32_t list : term) {
      for (const Posting& posting : lists[list]) {
        if (posting.ordinal == ordinal) best = std::max(best, posting.impact * weights[list] >> kWeightBits);
      }
    }
    sum += best;
  }
  return sum;
}

TEST(WindowScorerTest, FewAndManyDocumentsScoreAlike) {
  std::mt19937 random(2);
  PostingStore store;
  std::vector<std::vector<Posting>> lists;
  std::vector<uint32_t> weights;
  for (uint32_t one_in : {2, 8, 40, 3, 200}) {
    lists.push_back(RandomList(kWindowSize, one_in, &random));
    store.Add(lists.back());
    weights.push_back(100 + static_cast<uint32_t>(random() % 14'000));
  }
  const std::vector<std::vector<uint32_t>> terms = {{0, 2}, {1}, {3, 4, 2}};
  for (uint32_t one_in : {1, 4, 60, 900}) {
    WindowBits bits{};
    for (const Posting& posting : RandomList(kWindowSize, one_in, &random)) {
      bits[posting.ordinal / 64] |= uint64_t{1} << (posting.ordinal % 64);
    }
    WindowScorer scorer(store);
    WindowMatches matches;
    scorer.Start(bits, &matches);
    for (const std::vector<uint32_t>& term : terms) {
      std::vector<WeightedWindow> windows;
      for (uint32_t list : term) windows.push_back({store.windows(list)[0], weights[list]});
      scorer.AddTerm(windows);
    }
    scorer.Finish(0);
    ASSERT_EQ(matches.count, CountBits(bits));
    for (size_t i = 0; i < matches.count; ++i) {
      ASSERT_EQ(matches.scores[i], PlainScore(lists, terms, weights, matches.offsets[i])) << one_in;
    }
  }
}

class OrdinalBitsTest : public ::testing::TestWithParam<const char*> {
 protected:
  // Roaring keeps each of these in another kind of container.
  std::set<uint32_t> Values() const {
    std::mt19937 random(3);
    std::set<uint32_t> values;
    const std::string kind = GetParam();
    for (uint32_t i = 0; i < kOrdinals; ++i) {
      const bool in = kind == "Array" ? random() % 100 == 0 : kind == "Bitset" ? random() % 2 == 0 : i / 1000 % 3 == 1;
      if (in) values.insert(i);
    }
    return values;
  }
  static constexpr uint32_t kOrdinals = 150'000;
};

INSTANTIATE_TEST_SUITE_P(Containers, OrdinalBitsTest, ::testing::Values("Array", "Bitset", "Run"),
                         [](const auto& kind) { return std::string(kind.param); });

TEST_P(OrdinalBitsTest, RoaringSetsUniteSubtractAndCount) {
  const std::set<uint32_t> values = Values();
  Roaring set;
  for (uint32_t value : values) set.add(value);
  set.runOptimize();
  OrdinalBits bits(kOrdinals);
  bits.UniteWith(set);
  ASSERT_EQ(bits.Count(), values.size());
  for (uint32_t i = 0; i < kOrdinals; ++i) ASSERT_EQ(bits.Contains(i), values.contains(i)) << i;
  OrdinalBits all(kOrdinals, true);
  EXPECT_EQ(all.Count(), kOrdinals);
  EXPECT_EQ(all.CountCommon(set), values.size());
  all.Subtract(set);
  EXPECT_EQ(all.Count(), kOrdinals - values.size());
  EXPECT_EQ(all.CountCommon(set), 0u);
  all.IntersectWith(bits);
  EXPECT_EQ(all.Count(), 0u);
}

}  // namespace
}  // namespace schutznetz::search
