#include "services/common/changes/follower.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/postgres_cluster.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::changes {
namespace {

using storage::ReadTransaction;
using storage::Row;
using testing::Eventually;

// Keeps the numbers it was given, and how many items each batch's snapshot held.
class Recorder : public ChangeConsumer {
 public:
  absl::StatusOr<Position> Rebuild(storage::Database& database) override {
    ++rebuilds;
    const std::lock_guard lock(mutex);
    numbers.clear();
    if (!rebuild_status.ok()) return rebuild_status;
    auto head = HeadPosition(database, absl::InfiniteFuture());
    if (head.ok()) started_at = head->number;
    return head;
  }

  absl::Status Apply(ReadTransaction& tx, const ChangeBatch& batch) override {
    const std::lock_guard lock(mutex);
    if (failures_left > 0) {
      --failures_left;
      return absl::UnavailableError("not now");
    }
    EXPECT_EQ(batch.after, numbers.empty() ? started_at : numbers.back());
    for (const Change& change : batch.changes) numbers.push_back(change.number);
    EXPECT_EQ(batch.to, numbers.back());
    EXPECT_LE(batch.to, batch.head);
    int64_t items = 0;
    const auto counted = tx.QueryRow("SELECT COUNT(*) FROM items", {}, [&](const Row& row) { items = row.Int(0); });
    EXPECT_GE(items, batch.head);  // the snapshot of the batch, not an older one
    return counted.status();
  }

  std::vector<int64_t> Numbers() {
    const std::lock_guard lock(mutex);
    return numbers;
  }

  std::atomic<int> rebuilds{0};
  std::mutex mutex;
  absl::Status rebuild_status;
  int failures_left = 0;
  int64_t started_at = 0;
  std::vector<int64_t> numbers;
};

// Takes what is heard without reading it.
class Listener : public Recorder {
 public:
  absl::StatusOr<bool> ApplyHeard(const ChangeBatch& batch) override {
    const std::lock_guard lock(mutex);
    if (failures_left > 0) {
      --failures_left;
      return absl::UnavailableError("not now");
    }
    EXPECT_EQ(batch.after, numbers.empty() ? started_at : numbers.back());
    for (const Change& change : batch.changes) {
      EXPECT_EQ(change.record.name, "items/" + std::to_string(change.number));
      numbers.push_back(change.number);
    }
    EXPECT_EQ(batch.to, numbers.back());
    heard += static_cast<int>(batch.changes.size());
    return true;
  }

  std::atomic<int> heard{0};
};

class FollowerTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  storage::Database& database() { return temp_.database(); }

  testing::TempDatabase temp_{GetParam(), {&storage::ItemMigrations()}};
  Recorder recorder_;
};

INSTANTIATE_TEST_SUITE_P(Engines, FollowerTest, testing::AllEngines(), testing::EngineName);

TEST_P(FollowerTest, StartsAtWhatWasBuiltAndDeliversEverythingAfterInOrder) {
  ASSERT_TRUE(storage::WriteItem(database(), 1).ok());
  Follower follower(database(), recorder_, {.batch_max = 16});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  EXPECT_EQ(follower.position().number, 1);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 20; ++n) EXPECT_TRUE(storage::WriteItem(database(), 100 + i * 20 + n).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(Eventually([&] { return follower.position().number == 161; }));
  const std::vector<int64_t> numbers = recorder_.Numbers();
  ASSERT_EQ(numbers.size(), 160U);
  for (size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], static_cast<int64_t>(i) + 2);
}

TEST_P(FollowerTest, ALocalCommitIsFollowedWithoutWaitingForThePoll) {
  Follower follower(database(), recorder_, {.poll = absl::Hours(1)});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  for (int i = 1; i <= 20; ++i) {
    const auto commit = storage::WriteItem(database(), i);
    ASSERT_TRUE(commit.ok());
    std::promise<absl::Status> reached;
    follower.WhenReached(commit->position.number, absl::InfiniteFuture(),
                         [&](absl::Status status) { reached.set_value(std::move(status)); });
    EXPECT_EQ(reached.get_future().get(), absl::OkStatus());
  }
}

TEST_P(FollowerTest, WhatThisProcessCommitsNeedsNoReading) {
  Listener listener;
  Follower follower(database(), listener, {.poll = absl::Hours(1)});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  ASSERT_TRUE(storage::WriteItem(database(), 1).ok());
  ASSERT_TRUE(Eventually([&] { return follower.position().number == 1; }));
  const int heard_before = listener.heard;  // the first may be read: the start looks once more
  for (int i = 2; i <= 21; ++i) {
    ASSERT_TRUE(storage::WriteItem(database(), i).ok());
    ASSERT_TRUE(Eventually([&] { return follower.position().number == i; }));
  }
  EXPECT_GE(listener.heard - heard_before, 19) << "PostgreSQL's listening connection announces itself once";
  EXPECT_EQ(listener.Numbers().size(), 21U);
}

TEST_P(FollowerTest, WhatCannotBeAppliedAsHeardIsRead) {
  Listener listener;
  Follower follower(database(), listener, {.poll = absl::Hours(1)});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  for (int i = 1; i <= 4; ++i) {
    {
      const std::lock_guard lock(listener.mutex);
      listener.failures_left = i == 3 ? 1 : 0;
    }
    ASSERT_TRUE(storage::WriteItem(database(), i).ok());
    ASSERT_TRUE(Eventually([&] { return follower.position().number == i; }));
  }
  EXPECT_EQ(listener.Numbers(), (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(listener.rebuilds, 1);
}

TEST_P(FollowerTest, ThePositionIsConfirmedFromTheLogWhateverIsHeard) {
  Listener listener;
  Follower follower(database(), listener, {.poll = absl::Milliseconds(5)});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  const absl::Time first = follower.confirmed_time();
  int id = 0;
  EXPECT_TRUE(Eventually([&] {
    EXPECT_TRUE(storage::WriteItem(database(), ++id).ok());
    return follower.confirmed_time() > first;
  }));
}

TEST_P(FollowerTest, WaitingEndsAtTheDeadlineAndWhenTooManyWait) {
  Follower follower(database(), recorder_, {.poll = absl::Hours(1), .waiting_max = 1});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  std::promise<absl::Status> late;
  follower.WhenReached(99, absl::Now() + absl::Milliseconds(100),
                       [&](absl::Status status) { late.set_value(std::move(status)); });
  absl::Status refused;
  follower.WhenReached(99, absl::InfiniteFuture(), [&](absl::Status status) { refused = std::move(status); });
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(late.get_future().get().code(), absl::StatusCode::kDeadlineExceeded);
  absl::Status at_once = absl::UnknownError("not called");
  follower.WhenReached(0, absl::InfiniteFuture(), [&](absl::Status status) { at_once = std::move(status); });
  EXPECT_EQ(at_once, absl::OkStatus());
}

TEST_P(FollowerTest, StoppingCancelsThoseWhoWait) {
  absl::Status ended;
  {
    Follower follower(database(), recorder_, {});
    ASSERT_EQ(follower.Start(), absl::OkStatus());
    follower.WhenReached(99, absl::InfiniteFuture(), [&](absl::Status status) { ended = std::move(status); });
  }
  EXPECT_EQ(ended.code(), absl::StatusCode::kCancelled);
}

TEST_P(FollowerTest, AFailedBatchIsDeliveredAgain) {
  Follower follower(database(), recorder_, {});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  {
    const std::lock_guard lock(recorder_.mutex);
    recorder_.failures_left = 2;
  }
  ASSERT_TRUE(storage::WriteItem(database(), 1).ok());
  ASSERT_TRUE(Eventually([&] { return follower.position().number == 1; }));
  EXPECT_EQ(recorder_.Numbers(), std::vector<int64_t>{1});
  EXPECT_EQ(recorder_.rebuilds, 1);
}

TEST_P(FollowerTest, ANewEpochRebuilds) {
  Follower follower(database(), recorder_, {.poll = absl::Milliseconds(10)});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  ASSERT_TRUE(storage::WriteItem(database(), 1).ok());
  ASSERT_TRUE(Eventually([&] { return follower.position().number == 1; }));
  const auto epoch = RenewEpoch(database());
  ASSERT_TRUE(epoch.ok());
  ASSERT_TRUE(Eventually([&] { return follower.position() == Position{*epoch, 1}; }));
  EXPECT_EQ(recorder_.rebuilds, 2);
}

TEST_P(FollowerTest, AFailedStartMayBeRepeated) {
  Follower follower(database(), recorder_, {});
  recorder_.rebuild_status = absl::UnavailableError("not now");
  EXPECT_EQ(follower.Start().code(), absl::StatusCode::kUnavailable);
  recorder_.rebuild_status = absl::OkStatus();
  EXPECT_EQ(follower.Start(), absl::OkStatus());
}

TEST_P(FollowerTest, TheConfirmedTimeMovesOnWithoutChanges) {
  Follower follower(database(), recorder_, {.poll = absl::Milliseconds(5)});
  EXPECT_EQ(follower.confirmed_time(), absl::InfinitePast());
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  const absl::Time first = follower.confirmed_time();
  EXPECT_GT(first, absl::Now() - absl::Minutes(1));
  EXPECT_TRUE(Eventually([&] { return follower.confirmed_time() > first; }));
}

TEST(FollowerOutageTest, TheFollowerSurvivesADeadDatabaseAndStopsConfirming) {
  testing::PostgresCluster cluster;
  storage::DatabaseOptions options;
  options.engine = storage::Engine::kPostgres;
  options.connection_string = cluster.connection_string();
  testing::TempDatabase temp(options, {&storage::ItemMigrations()});
  Recorder recorder;
  std::atomic<int> complaints{0};
  Follower follower(temp.database(), recorder,
                    {.poll = absl::Milliseconds(10), .log = [&](std::string_view, std::string_view) { ++complaints; }});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  cluster.Crash();
  ASSERT_TRUE(Eventually([&] { return complaints > 0; }));
  const absl::Time confirmed = follower.confirmed_time();
  const int before = complaints;
  ASSERT_TRUE(Eventually([&] { return complaints > before; }));
  EXPECT_EQ(follower.confirmed_time(), confirmed);
  cluster.Start();
  ASSERT_TRUE(Eventually([&] { return follower.confirmed_time() > confirmed; }));
  ASSERT_TRUE(Eventually([&] { return storage::WriteItem(temp.database(), 1).ok(); }));
  EXPECT_TRUE(Eventually([&] { return follower.position().number == 1; }));
  EXPECT_EQ(recorder.rebuilds, 1);
}

TEST(FollowerReplicaTest, CommitsOfTwoReplicasComeInOrder) {
  testing::TempDatabase temp(storage::Engine::kPostgres, {&storage::ItemMigrations()});
  auto replica = storage::Open(temp.options(), {&storage::ItemMigrations()});
  ASSERT_TRUE(replica.ok());
  Listener listener;
  Follower follower(**replica, listener, {});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  for (int i = 1; i <= 60; ++i) {
    ASSERT_TRUE(storage::WriteItem(i % 3 == 0 ? temp.database() : **replica, i).ok());
  }
  ASSERT_TRUE(Eventually([&] { return follower.position().number == 60; }));
  EXPECT_EQ(listener.Numbers().size(), 60U);
}

TEST(FollowerReplicaTest, AnotherReplicasCommitIsFollowedByItsHint) {
  testing::TempDatabase temp(storage::Engine::kPostgres, {&storage::ItemMigrations()});
  auto replica = storage::Open(temp.options(), {&storage::ItemMigrations()});
  ASSERT_TRUE(replica.ok());
  Recorder recorder;
  Follower follower(**replica, recorder, {.poll = absl::Hours(1)});
  ASSERT_EQ(follower.Start(), absl::OkStatus());
  for (int i = 1; i <= 5; ++i) {
    ASSERT_TRUE(storage::WriteItem(temp.database(), i).ok());
    EXPECT_TRUE(Eventually([&] { return follower.position().number == i; }));
  }
}

}  // namespace
}  // namespace schutznetz::changes
