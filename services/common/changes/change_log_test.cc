#include "services/common/changes/change_log.h"

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::changes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ChangeLogTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  storage::Database& database() { return temp_.database(); }

  void WriteItems(int64_t first, int64_t last) {
    for (int64_t id = first; id <= last; ++id) ASSERT_TRUE(storage::WriteItem(database(), id).ok());
  }

  absl::StatusOr<std::vector<Change>> Read(const Position& after, int count_max = 100) {
    absl::StatusOr<std::vector<Change>> changes;
    const absl::Status status = database().Read([&](storage::ReadTransaction& tx) {
      changes = ReadChanges(tx, after, count_max);
      return changes.status();
    });
    EXPECT_EQ(status, changes.status());
    return changes;
  }

  LogState State() {
    LogState state;
    EXPECT_EQ(absl::OkStatus(), database().Read([&](storage::ReadTransaction& tx) -> absl::Status {
      const auto read = ReadLogState(tx);
      if (read.ok()) state = *read;
      return read.status();
    }));
    return state;
  }

  void ExpectTooOld(const Position& position) {
    const auto changes = Read(position);
    EXPECT_EQ(changes.status().code(), absl::StatusCode::kOutOfRange) << position.number;
    EXPECT_EQ(errors::ReasonOf(changes.status()), "CURSOR_TOO_OLD");
  }

  testing::TempDatabase temp_{GetParam(), {&storage::ItemMigrations()}};
};

INSTANTIATE_TEST_SUITE_P(Engines, ChangeLogTest, testing::AllEngines(), testing::EngineName);

TEST_P(ChangeLogTest, ANewLogIsEmptyAndHasAnEpoch) {
  const LogState state = State();
  EXPECT_GT(state.epoch, 0);
  EXPECT_EQ(state.floor, 0);
  EXPECT_EQ(state.head, 0);
  EXPECT_THAT(*Read(state.position()), IsEmpty());
}

TEST_P(ChangeLogTest, AChangeComesBackAsItWasAppended) {
  const absl::Time before = absl::Now();
  const auto commit = database().WriteAndWait([](storage::Transaction& tx) {
    tx.AppendChange({.kind = "service",
                     .name = "services/musterstelle-köln",
                     .operation = ChangeOperation::kRedacted,
                     .tags = {"service/DE-NW", "services/musterstelle-köln"},
                     .trace_id = "0af7651916cd43dd8448eb211c80319c"});
    return absl::OkStatus();
  });
  ASSERT_TRUE(commit.ok());
  const auto changes = Read({commit->position.epoch, 0});
  ASSERT_TRUE(changes.ok());
  ASSERT_THAT(*changes, SizeIs(1));
  const Change& change = changes->front();
  EXPECT_EQ(change.number, 1);
  EXPECT_GE(change.time, before - absl::Microseconds(1));
  EXPECT_EQ(change.record.kind, "service");
  EXPECT_EQ(change.record.name, "services/musterstelle-köln");
  EXPECT_EQ(change.record.operation, ChangeOperation::kRedacted);
  EXPECT_THAT(change.record.tags, ElementsAre("service/DE-NW", "services/musterstelle-köln"));
  EXPECT_EQ(change.record.trace_id, "0af7651916cd43dd8448eb211c80319c");
}

TEST_P(ChangeLogTest, BatchesContinueWhereTheLastOneEnded) {
  WriteItems(1, 7);
  Position position = {State().epoch, 0};
  std::vector<int64_t> numbers;
  while (true) {
    const auto changes = Read(position, 3);
    ASSERT_TRUE(changes.ok());
    if (changes->empty()) break;
    EXPECT_LE(changes->size(), 3U);
    for (const Change& change : *changes) numbers.push_back(change.number);
    position.number = numbers.back();
  }
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(*HeadPosition(database(), absl::InfiniteFuture()), position);
}

TEST_P(ChangeLogTest, PositionsFromElsewhereAreRefused) {
  WriteItems(1, 3);
  const LogState state = State();
  ExpectTooOld({state.epoch, 4});
  ExpectTooOld({state.epoch, -1});
  ExpectTooOld({state.epoch + 1, 2});
  EXPECT_TRUE(Read({state.epoch, 3}).ok());
}

TEST_P(ChangeLogTest, CompactionForgetsOldChangesAndRefusesOlderPositions) {
  WriteItems(1, 25);
  const absl::Time middle = absl::Now();
  while (absl::Now() < middle + absl::Microseconds(2)) {  // times are microseconds: the next write is later
  }
  WriteItems(26, 30);
  EXPECT_EQ(*Compact(database(), middle, /*rows_max=*/10), 25);
  const LogState state = State();
  EXPECT_EQ(state.floor, 25);
  EXPECT_EQ(state.head, 30);
  ExpectTooOld({state.epoch, 0});
  ExpectTooOld({state.epoch, 24});
  EXPECT_THAT(*Read({state.epoch, 25}), SizeIs(5));
  EXPECT_EQ(*Compact(database(), middle), 0);
}

TEST_P(ChangeLogTest, NumbersGoOnAfterEverythingWasForgotten) {
  WriteItems(1, 3);
  EXPECT_EQ(*Compact(database(), absl::Now() + absl::Seconds(1)), 3);
  EXPECT_EQ(State().head, 3);
  temp_.Reopen();
  const auto commit = storage::WriteItem(database(), 4);
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->position.number, 4);
  EXPECT_THAT(*Read({State().epoch, 3}), SizeIs(1));
}

TEST_P(ChangeLogTest, ARestoreRefusesAllEarlierPositions) {
  WriteItems(1, 2);
  const LogState before = State();
  const auto epoch = RenewEpoch(database());
  ASSERT_TRUE(epoch.ok());
  EXPECT_NE(*epoch, before.epoch);
  ExpectTooOld(before.position());
  const auto commit = storage::WriteItem(database(), 3);
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->position, (Position{*epoch, 3}));
}

}  // namespace
}  // namespace schutznetz::changes
