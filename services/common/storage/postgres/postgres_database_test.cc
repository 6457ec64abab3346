// What only PostgreSQL needs: a server that goes away, freezes and comes back, and other replicas.
#include <atomic>
#include <future>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/open.h"
#include "services/common/storage/postgres/postgres_connection.h"
#include "services/common/storage/request_log.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/postgres_cluster.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class PostgresDatabaseTest : public ::testing::Test {
 protected:
  Database& database() { return temp_.database(); }

  std::unique_ptr<Database> OpenReplica() {
    auto replica = Open(temp_.options(), {&ItemMigrations()});
    EXPECT_TRUE(replica.ok()) << replica.status();
    return *std::move(replica);
  }

  testing::TempDatabase temp_{Engine::kPostgres, {&ItemMigrations()}};
};

// A cluster of its own, to be stopped.
class PostgresOutageTest : public ::testing::Test {
 protected:
  static DatabaseOptions OptionsFor(const testing::PostgresCluster& cluster) {
    DatabaseOptions options;
    options.engine = Engine::kPostgres;
    options.connection_string = cluster.connection_string();
    return options;
  }

  Database& database() { return temp_.database(); }

  void WriteUntilItWorks(int64_t id) {
    const absl::Time limit = absl::Now() + absl::Seconds(60);
    while (!WriteItem(database(), id).ok()) {
      ASSERT_LT(absl::Now(), limit);
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

  testing::PostgresCluster cluster_;
  testing::TempDatabase temp_{OptionsFor(cluster_), {&ItemMigrations()}};
};

TEST_F(PostgresDatabaseTest, ReplicasShareOneLogWithoutHolesOrDisorder) {
  const std::unique_ptr<Database> replica = OpenReplica();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 25; ++n) EXPECT_TRUE(WriteItem(i % 2 == 0 ? database() : *replica, i * 100 + n).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<int64_t> numbers = ChangeNumbers(*replica);
  ASSERT_THAT(numbers, SizeIs(200));
  EXPECT_EQ(numbers.front(), 1);
  EXPECT_EQ(numbers.back(), 200);
}

TEST_F(PostgresDatabaseTest, AnotherReplicaIsHintedAfterACommit) {
  const std::unique_ptr<Database> replica = OpenReplica();
  std::promise<void> hinted;
  std::atomic<bool> first{true};
  // Its own connection may announce itself at any time; only a hint after the write counts.
  std::atomic<bool> written{false};
  const int64_t key = replica->AddCommitListener([&](const Committed&) {
    if (written && first.exchange(false)) hinted.set_value();
  });
  written = true;
  std::future<void> hint = hinted.get_future();
  int64_t id = 1;
  while (hint.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready) {
    ASSERT_TRUE(WriteItem(database(), id++).ok());
    ASSERT_LT(id, 600);
  }
  replica->RemoveCommitListener(key);
}

TEST_F(PostgresDatabaseTest, ALockThatIsNotGrantedIsUnavailable) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  std::promise<void> locked;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::promise<absl::Status> first;
  database().Write(
      [&](Transaction& tx) -> absl::Status {
        auto found = tx.QueryRow("SELECT id FROM items WHERE id = 1 FOR UPDATE", {}, [](const Row&) {});
        locked.set_value();
        released.wait();
        return found.status();
      },
      [&](absl::Status status, const CommitInfo&) { first.set_value(std::move(status)); }, absl::InfiniteFuture());
  locked.get_future().wait();
  const auto second = database().WriteAndWait(
      [](Transaction& tx) { return tx.Execute("UPDATE items SET count = 1 WHERE id = 1", {}).status(); });
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable) << second.status();
  release.set_value();
  EXPECT_EQ(first.get_future().get(), absl::OkStatus());
}

TEST_F(PostgresDatabaseTest, ATwinThatIsStillRunningIsInProgress) {
  constexpr RequestKey kKey = {.principal = "p", .method = "m", .request_id = "r"};
  std::promise<void> claimed;
  std::promise<void> release;
  std::promise<absl::Status> first;
  database().Write(
      [&](Transaction& tx) -> absl::Status {
        if (auto known = BeginRequest(tx, kKey, "d"); !known.ok()) return known.status();
        claimed.set_value();
        release.get_future().wait();
        return FinishRequest(tx, kKey, "answer");
      },
      [&](absl::Status status, const CommitInfo&) { first.set_value(std::move(status)); }, absl::InfiniteFuture());
  claimed.get_future().wait();
  const auto twin = database().WriteAndWait([&](Transaction& tx) { return BeginRequest(tx, kKey, "d").status(); });
  EXPECT_EQ(twin.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(errors::ReasonOf(twin.status()), "REQUEST_IN_PROGRESS");
  release.set_value();
  EXPECT_EQ(first.get_future().get(), absl::OkStatus());
}

TEST_F(PostgresDatabaseTest, ADriverTextNeverHoldsValues) {
  ASSERT_TRUE(WriteItem(database(), 424242).ok());
  const auto commit = WriteItem(database(), 424242);
  ASSERT_EQ(commit.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(commit.status().ToString(), Not(HasSubstr("424242")));
}

TEST_F(PostgresDatabaseTest, APipelineLargerThanAllBuffersGoesThrough) {
  const std::string body(100'000, 'x');
  const auto commit = database().WriteAndWait([&](Transaction& tx) -> absl::Status {
    for (int i = 0; i < 200; ++i) {
      if (absl::Status status = tx.ExecuteLater("INSERT INTO items (id, body) VALUES (?1, ?2)", {i, Blob{body}});
          !status.ok()) {
        return status;
      }
      tx.AppendChange({.kind = "item", .name = "items/" + std::to_string(i)});
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(commit.ok()) << commit.status();
  EXPECT_EQ(commit->position.number, 200);
}

TEST_F(PostgresDatabaseTest, AnEndedSessionIsReplacedBeforeItIsUsed) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  EXPECT_THAT(ItemIds(database()), ElementsAre(1));
  auto killer = postgres::Connection::Open(temp_.options(), postgres::Use::kSchemaChange, absl::InfiniteFuture());
  ASSERT_TRUE(killer.ok());
  ASSERT_EQ(
      absl::OkStatus(),
      (*killer)->Script("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                        "AND application_name = 'schutznetz'"));
  EXPECT_THAT(ItemIds(database()), ElementsAre(1));
  EXPECT_TRUE(WriteItem(database(), 2).ok());
}

TEST_F(PostgresDatabaseTest, ASchemaNameThatNeedsQuotesIsRefused) {
  DatabaseOptions options = temp_.options();
  for (const char* name : {"", "Public", "a b", "1a", "a;b", "a-b"}) {
    options.schema = name;
    EXPECT_EQ(Open(options, {}).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST_F(PostgresDatabaseTest, NoServerIsUnavailable) {
  DatabaseOptions options = temp_.options();
  options.connection_string = "host=/nonexistent dbname=postgres user=postgres";
  EXPECT_EQ(Open(options, {}).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(PostgresOutageTest, WritesAndReadsRefuseWhileTheServerIsDownAndResumeAfterwards) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  cluster_.Crash();
  const absl::Time limit = absl::Now() + absl::Seconds(60);
  while (database().Health().ok()) {
    WriteItem(database(), 2).IgnoreError();
    ASSERT_LT(absl::Now(), limit);
    absl::SleepFor(absl::Milliseconds(5));
  }
  const auto refused = WriteItem(database(), 2);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(errors::RetryAfterOf(refused.status()), absl::ZeroDuration());
  EXPECT_EQ(database()
                .Read([](ReadTransaction& tx) {
                  return tx.Query("SELECT id FROM items", {}, [](const Row&) { return absl::OkStatus(); });
                })
                .code(),
            absl::StatusCode::kUnavailable);

  cluster_.Start();
  WriteUntilItWorks(3);
  EXPECT_EQ(database().Health(), absl::OkStatus());
  absl::Status read;
  while (!(read = database().Read([](ReadTransaction& tx) {
            return tx.Query("SELECT id FROM items", {}, [](const Row&) { return absl::OkStatus(); });
          })).ok()) {
    ASSERT_LT(absl::Now(), limit) << read;
    absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_THAT(ItemIds(database()), ElementsAre(1, 3));
  EXPECT_THAT(ChangedIds(database()), ElementsAre(1, 3));
}

TEST_F(PostgresOutageTest, AFrozenServerIsGivenUpInBoundedTime) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  cluster_.Pause();
  const auto frozen = WriteItem(database(), 2);
  EXPECT_EQ(frozen.status().code(), absl::StatusCode::kUnavailable) << frozen.status();
  cluster_.Resume();
  WriteUntilItWorks(3);
  const std::vector<int64_t> ids = ItemIds(database());
  EXPECT_EQ(ids, ChangedIds(database()));  // 2 may have been committed after all; its outcome was reported as unknown
}

TEST_F(PostgresOutageTest, AConnectionLostDuringCommitHasAnUnknownOutcome) {
  std::promise<std::pair<absl::Status, bool>> outcome;
  database().Write(
      [this](Transaction& tx) {
        const absl::Status status = tx.Execute("INSERT INTO items (id) VALUES (1)", {}).status();
        cluster_.Pause();  // from here on nothing is answered
        return status;
      },
      [&](absl::Status status, const CommitInfo& info) {
        outcome.set_value({std::move(status), info.outcome_unknown});
      },
      absl::InfiniteFuture());
  const auto [status, outcome_unknown] = outcome.get_future().get();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(outcome_unknown);
  cluster_.Resume();
}

}  // namespace
}  // namespace schutznetz::storage
