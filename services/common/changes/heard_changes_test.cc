#include "services/common/changes/heard_changes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::changes {
namespace {

using storage::Change;
using storage::Committed;
using storage::Position;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kEpoch = 7;

Committed Commit(int64_t first, int64_t last, int64_t epoch = kEpoch) {
  Committed committed{.epoch = epoch};
  for (int64_t number = first; number <= last; ++number) committed.changes.push_back({.number = number});
  return committed;
}

std::vector<int64_t> TakenAfter(HeardChanges& heard, int64_t number, size_t count_max = 100) {
  std::vector<int64_t> numbers;
  for (const Change& change : heard.Take({kEpoch, number}, count_max)) numbers.push_back(change.number);
  return numbers;
}

TEST(HeardChangesTest, ComeInOrderEachOnce) {
  HeardChanges heard(100);
  heard.Add(Commit(4, 5));
  heard.Add(Commit(6, 6));
  EXPECT_TRUE(heard.HasNext({kEpoch, 4}));
  EXPECT_THAT(TakenAfter(heard, 4, 1), ElementsAre(5)) << "4 was known";
  EXPECT_THAT(TakenAfter(heard, 5), ElementsAre(6));
  EXPECT_THAT(TakenAfter(heard, 6), IsEmpty());
  EXPECT_TRUE(heard.empty());
  EXPECT_FALSE(heard.incomplete());
}

TEST(HeardChangesTest, WaitForWhatIsMissingBetweenThem) {
  HeardChanges heard(100);
  heard.Add(Commit(3, 4));
  heard.Add(Commit(1, 1));
  EXPECT_THAT(TakenAfter(heard, 0), ElementsAre(1));
  EXPECT_FALSE(heard.HasNext({kEpoch, 1}));
  EXPECT_THAT(TakenAfter(heard, 1), IsEmpty());
  EXPECT_FALSE(heard.empty());
  heard.Add(Commit(2, 2));
  EXPECT_TRUE(heard.HasNext({kEpoch, 1}));
  EXPECT_THAT(TakenAfter(heard, 1), ElementsAre(2, 3, 4));
}

TEST(HeardChangesTest, AreIncompleteAfterAHintUntilTheLogIsRead) {
  HeardChanges heard(100);
  heard.Add(Commit(1, 1));
  heard.Add({});
  EXPECT_TRUE(heard.incomplete());
  heard.Add(Commit(3, 3));
  EXPECT_THAT(TakenAfter(heard, 0), IsEmpty());
  heard.Restart();
  EXPECT_FALSE(heard.incomplete());
  heard.Add(Commit(4, 4));
  EXPECT_THAT(TakenAfter(heard, 3), ElementsAre(4));
}

TEST(HeardChangesTest, AreBounded) {
  HeardChanges heard(3);
  heard.Add(Commit(1, 3));
  EXPECT_FALSE(heard.incomplete());
  heard.Add(Commit(4, 4));
  EXPECT_TRUE(heard.incomplete());
  EXPECT_TRUE(heard.empty());
}

TEST(HeardChangesTest, OfAnotherEpochAreNotTaken) {
  HeardChanges heard(100);
  heard.Add(Commit(1, 1, kEpoch + 1));
  EXPECT_FALSE(heard.HasNext({kEpoch, 0}));
  EXPECT_THAT(TakenAfter(heard, 0), IsEmpty());
  heard.Add(Commit(2, 2));
  EXPECT_TRUE(heard.incomplete());
}

}  // namespace
}  // namespace schutznetz::changes
