#include "services/common/view/cow_sorted_set.h"

#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "services/common/view/chunk_table.h"
#include "services/common/view/growing_set.h"

namespace schutznetz::view {
namespace {

std::vector<int> Items(const CowSortedSet<int>& set) {
  std::vector<int> items;
  set.VisitAll([&](int item) { items.push_back(item); });
  return items;
}

TEST(CowSortedSet, ActsLikeASet) {
  std::mt19937 random(7);
  CowSortedSet<int> set;
  std::set<int> model;
  for (int i = 0; i < 20000; ++i) {
    const int item = static_cast<int>(random() % 3000);
    if (random() % 3 == 0) {
      EXPECT_EQ(set.Erase(1, item), model.erase(item) == 1);
    } else {
      EXPECT_EQ(set.Insert(1, item), model.insert(item).second);
    }
  }
  EXPECT_EQ(Items(set), std::vector<int>(model.begin(), model.end()));
  EXPECT_EQ(set.size(), model.size());
  std::vector<int> from;
  set.VisitFrom(1500, [&](int item) {
    from.push_back(item);
    return from.size() < 10;
  });
  EXPECT_EQ(from, std::vector<int>(model.lower_bound(1500), std::next(model.lower_bound(1500), 10)));
}

TEST(CowSortedSet, CopiesDoNotChangeUnderLaterStamps) {
  std::vector<int> items;
  for (int i = 0; i < 1000; ++i) items.push_back(2 * i);
  CowSortedSet<int> set = CowSortedSet<int>::FromSorted(items);
  const CowSortedSet<int> first = set;
  for (int i = 0; i < 1000; ++i) set.Insert(1, 2 * i + 1);
  const CowSortedSet<int> second = set;
  const std::vector<int> seen = Items(second);
  for (int i = 0; i < 2000; ++i) set.Erase(2, i);
  EXPECT_EQ(Items(first), items);
  EXPECT_EQ(Items(second), seen);
  EXPECT_EQ(seen.size(), 2000u);
  EXPECT_EQ(set.size(), 0u);
  EXPECT_TRUE(set.Insert(3, 5));
  EXPECT_EQ(Items(set), std::vector<int>{5});
}

TEST(GrowingSet, SortsWhatCameFirstAndGoesOnFromThere) {
  GrowingSet<int> growing;
  for (const int item : {5, 1, 3, 3, 2}) growing.Insert(1, item);
  EXPECT_EQ(Items(growing.set()), (std::vector<int>{1, 2, 3, 5}));
  growing.Insert(2, 4);
  growing.Erase(2, 1);
  EXPECT_EQ(Items(growing.set()), (std::vector<int>{2, 3, 4, 5}));
}

TEST(ChunkTable, CopiesKeepTheirObjects) {
  ChunkTable<int> table;
  table.Set(1, 700, std::make_shared<const int>(7));
  const ChunkTable<int> copy = table;
  table.Set(2, 700, std::make_shared<const int>(8));
  table.Set(2, 3, nullptr);
  EXPECT_EQ(*copy.Get(700), 7);
  EXPECT_EQ(*table.Get(700), 8);
  EXPECT_EQ(table.Get(3), nullptr);
  EXPECT_EQ(table.Get(100000), nullptr);
}

}  // namespace
}  // namespace schutznetz::view
