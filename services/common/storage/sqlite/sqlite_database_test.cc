// What only SQLite promises.
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/storage/open.h"
#include "services/common/storage/sqlite/checkpointer.h"
#include "services/common/storage/sqlite/sqlite_connection.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  Database& database() { return temp_.database(); }
  std::string path() { return temp_.options().path; }

  testing::TempDatabase temp_{Engine::kSqlite, {&ItemMigrations()}};
};

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string PragmaOf(sqlite::Connection& connection, const Sql& pragma) {
  std::string value;
  EXPECT_EQ(absl::OkStatus(), connection.Query(pragma, {}, [&](const Row& row) {
    value = std::to_string(row.Int(0));
    return absl::OkStatus();
  }));
  return value;
}

TEST_F(SqliteDatabaseTest, ASecondDatabaseOnTheFileIsRefused) {
  const auto second = Open(temp_.options(), {&ItemMigrations()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("owns"));
}

TEST_F(SqliteDatabaseTest, ASecondProcessOnTheFileIsRefused) {
  const pid_t child = fork();
  if (child == 0) {
    execl(SCHUTZNETZ_BINARY_DIR "/test/storage_kill_writer", "storage_kill_writer", "sqlite", path().c_str(), "public",
          "1", nullptr);
    _exit(127);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 1);  // it says on stderr that the file is held
}

TEST_F(SqliteDatabaseTest, FilesAreReadableByTheOwnerOnly) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat info {};
    ASSERT_EQ(stat((path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(SqliteDatabaseTest, AMissingFolderIsUnavailable) {
  DatabaseOptions options;
  options.path = "/nonexistent/folder/file";
  EXPECT_EQ(Open(options, {}).status().code(), absl::StatusCode::kUnavailable);
  options.path = "";
  EXPECT_EQ(Open(options, {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SqliteDatabaseTest, AFileThatIsNoDatabaseIsToldFromABusyOne) {
  DatabaseOptions options;
  options.path = path() + ".other";
  std::ofstream(options.path) << std::string(8192, 'x');
  EXPECT_EQ(Open(options, {}).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(SqliteDatabaseTest, SettingsThatKeepDataSafeAreOn) {
  temp_.Close();
  for (const auto role : {sqlite::Connection::Role::kWriter, sqlite::Connection::Role::kReader}) {
    auto connection = sqlite::Connection::Open(path(), role);
    ASSERT_TRUE(connection.ok()) << connection.status();
    EXPECT_EQ(PragmaOf(**connection, "PRAGMA synchronous"), "2");
    EXPECT_EQ(PragmaOf(**connection, "PRAGMA foreign_keys"), "1");
    EXPECT_EQ(PragmaOf(**connection, "PRAGMA secure_delete"), "1");
    EXPECT_EQ(PragmaOf(**connection, "PRAGMA wal_autocheckpoint"), "0");
    EXPECT_EQ(PragmaOf(**connection, "PRAGMA query_only"), role == sqlite::Connection::Role::kReader ? "1" : "0");
  }
}

// PITFALLS M9: without these steps thousands of copies stay readable in the log and hundreds in the file.
TEST_F(SqliteDatabaseTest, ErasureLeavesNoBytes) {
  const std::string marker = "MARKER-7f3a-SECRET";
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(database()
                    .WriteAndWait([&](Transaction& tx) -> absl::Status {
                      for (int n = 0; n < 10; ++n) {
                        const auto rows = tx.Execute("INSERT INTO items (id, body) VALUES (?1, ?2)",
                                                     {i * 10 + n, Blob{marker + std::string(300, 'x')}});
                        if (!rows.ok()) return rows.status();
                      }
                      return absl::OkStatus();
                    })
                    .ok());
  }
  EXPECT_THAT(BytesOf(path()) + BytesOf(path() + "-wal"), HasSubstr(marker));
  ASSERT_TRUE(
      database().WriteAndWait([](Transaction& tx) { return tx.Execute("DELETE FROM items", {}).status(); }).ok());
  ASSERT_EQ(absl::OkStatus(), database().ScrubDeleted(absl::Now() + absl::Seconds(10)));
  EXPECT_EQ(BytesOf(path()).find(marker), std::string::npos);
  EXPECT_EQ(BytesOf(path() + "-wal").size(), 0U);
  EXPECT_EQ(database().Statistics().log_bytes, 0);
}

TEST_F(SqliteDatabaseTest, AReaderInTheWayIsToldToTheEraser) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  std::promise<void> release;
  std::promise<void> reading;
  std::thread reader([&] {
    EXPECT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
      absl::Status status = tx.Query("SELECT id FROM items", {}, [](const Row&) { return absl::OkStatus(); });
      reading.set_value();
      release.get_future().wait();
      return status;
    }));
  });
  reading.get_future().wait();
  ASSERT_TRUE(WriteItem(database(), 2).ok());
  EXPECT_EQ(database().ScrubDeleted(absl::InfiniteFuture()).code(), absl::StatusCode::kUnavailable);
  release.set_value();
  reader.join();
  EXPECT_EQ(database().ScrubDeleted(absl::InfiniteFuture()), absl::OkStatus());
}

TEST_F(SqliteDatabaseTest, ManyWaitingWritesShareOneSync) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> left{101};
  std::promise<void> all_done;
  const auto done = [&](absl::Status status, const CommitInfo&) {
    EXPECT_EQ(status, absl::OkStatus());
    if (--left == 0) all_done.set_value();
  };
  const int64_t commits_before = database().Statistics().commits;
  database().Write([released](Transaction&) { return released.wait(), absl::OkStatus(); }, done,
                   absl::InfiniteFuture());
  for (int i = 0; i < 100; ++i) {
    database().Write([i](Transaction& tx) { return InsertItem(tx, i); }, done, absl::InfiniteFuture());
  }
  release.set_value();
  all_done.get_future().wait();
  EXPECT_LE(database().Statistics().commits - commits_before, 4);
}

// An interrupted INSERT makes SQLite roll the whole transaction back by itself, the other writes of the group included.
TEST_F(SqliteDatabaseTest, AGroupThatTheEngineRolledBackFailsAsAWhole) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::vector<absl::Status> results(4);
  std::atomic<int> left{4};
  std::promise<void> all_done;
  const auto write = [&](int index, WriteWork work) {
    database().Write(
        std::move(work),
        [&, index](absl::Status status, const CommitInfo&) {
          results[index] = std::move(status);
          if (--left == 0) all_done.set_value();
        },
        absl::InfiniteFuture());
  };
  std::promise<void> started;  // so that the others make up the next group
  write(0, [released, &started](Transaction&) {
    started.set_value();
    return released.wait(), absl::OkStatus();
  });
  started.get_future().wait();
  write(1, [](Transaction& tx) { return InsertItem(tx, 1); });
  write(2, [](Transaction& tx) {
    return tx
        .Execute(
            "INSERT INTO items (id) WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i FROM n",
            {})
        .status();
  });
  write(3, [](Transaction& tx) { return InsertItem(tx, 3); });
  release.set_value();
  all_done.get_future().wait();
  EXPECT_EQ(results[0], absl::OkStatus());
  EXPECT_EQ(results[1].code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(results[2].code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(results[3], absl::OkStatus());
  EXPECT_THAT(ItemIds(database()), ElementsAre(3));
  EXPECT_THAT(ChangedIds(database()), ElementsAre(3));
}

TEST_F(SqliteDatabaseTest, IdleTimeEmptiesTheLogIntoTheFile) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  const std::string name = "items/1";
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  while (BytesOf(path()).find(name) == std::string::npos && absl::Now() < limit) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_THAT(BytesOf(path()), HasSubstr(name));
}

TEST_F(SqliteDatabaseTest, ALogHeldByAReaderIsBounded) {
  temp_.Close();
  auto writer = sqlite::Connection::Open(path(), sqlite::Connection::Role::kWriter);
  auto reader = sqlite::Connection::Open(path(), sqlite::Connection::Role::kReader);
  ASSERT_TRUE(writer.ok() && reader.ok());
  Counters counters;
  sqlite::Checkpointer checkpointer(**writer, counters);
  const auto nothing = [](const Row&) { return absl::OkStatus(); };
  ASSERT_TRUE((*reader)->Script("BEGIN").ok());
  ASSERT_TRUE((*reader)->Query("SELECT id FROM items", {}, nothing).ok());
  ASSERT_TRUE((*writer)->Execute("INSERT INTO items (id) VALUES (1)", {}).ok());
  counters.log_bytes = int64_t{300} << 20;  // as if it had grown behind the reader's back
  EXPECT_TRUE(checkpointer.Overfull());
  ASSERT_TRUE((*reader)->Script("ROLLBACK").ok());
  EXPECT_FALSE(checkpointer.Overfull());
  EXPECT_EQ(counters.log_bytes, 0);
}

}  // namespace
}  // namespace schutznetz::storage
