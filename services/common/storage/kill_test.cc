// kill -9 under load (SAFETY P1, P2): a writer process prints each acknowledged id and is killed at a random moment.
// Whatever it acknowledged must be there with its change row, and no change may be there without its row.
//
// SCHUTZNETZ_KILL_ROUNDS sets the number of rounds (default 5).
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/postgres_cluster.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::storage {
namespace {

int Rounds() {
  const char* given = std::getenv("SCHUTZNETZ_KILL_ROUNDS");
  return given != nullptr ? std::max(1, std::atoi(given)) : 5;
}

// The writer process and what it said.
class Writer {
 public:
  Writer(const DatabaseOptions& options, int64_t first_id, const char* fail_sync_from = nullptr) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const std::string first = std::to_string(first_id);
    const bool is_sqlite = options.engine == Engine::kSqlite;
    const std::string& place = is_sqlite ? options.path : options.connection_string;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(SCHUTZNETZ_BINARY_DIR "/test/storage_kill_writer", "storage_kill_writer", is_sqlite ? "sqlite" : "postgres",
            place.c_str(), options.schema.c_str(), first.c_str(), fail_sync_from, nullptr);
      _exit(127);
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~Writer() {
    if (pid_ > 0) Kill();
    std::fclose(output_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Reads acknowledged ids until there are `count`, or the process ends.
  void ReadUntil(size_t count) {
    long id = 0;
    while (ids_.size() < count && std::fscanf(output_, "%ld\n", &id) == 1) ids_.push_back(id);
  }

  void Kill() {
    kill(pid_, SIGKILL);
    Wait();
  }

  // Waits for its end, reads the rest and returns the wait status.
  int Wait() {
    ReadUntil(static_cast<size_t>(-1));
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }

  const std::vector<int64_t>& ids() const { return ids_; }

 private:
  pid_t pid_ = -1;
  std::FILE* output_ = nullptr;
  std::vector<int64_t> ids_;
};

// Every acknowledged id has its row; rows and changes are the same set; refused writes left nothing; no number is
// missing.
void CheckContent(Database& database, std::vector<int64_t> acknowledged) {
  std::ranges::sort(acknowledged);
  const std::vector<int64_t> rows = ItemIds(database);
  std::vector<int64_t> changed = ChangedIds(database);
  std::ranges::sort(changed);
  EXPECT_TRUE(std::ranges::includes(rows, acknowledged)) << "an acknowledged write is lost";
  EXPECT_EQ(rows, changed) << "a row has no change or a change has no row";
  EXPECT_TRUE(std::ranges::none_of(rows, [](int64_t id) { return id % 7 == 0; })) << "a refused write left a row";
  const std::vector<int64_t> numbers = ChangeNumbers(database);
  for (size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], static_cast<int64_t>(i) + 1);
}

void RunKillRounds(testing::TempDatabase& temp) {
  const uint32_t seed = std::random_device{}();
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<int64_t> acknowledged;
  for (int round = 1; round <= Rounds(); ++round) {
    temp.Close();
    Writer writer(temp.options(), int64_t{round} * 1'000'000);
    writer.ReadUntil(std::uniform_int_distribution<size_t>(1, 2000)(random));
    writer.Kill();
    ASSERT_FALSE(writer.ids().empty());
    acknowledged.insert(acknowledged.end(), writer.ids().begin(), writer.ids().end());
    temp.Reopen();
    CheckContent(temp.database(), acknowledged);
    if (::testing::Test::HasFailure()) {
      FAIL() << "round " << round << ", seed " << seed;
    }
  }
}

TEST(KillTest, SqliteKeepsWhatItAcknowledged) {
  testing::TempDatabase temp(Engine::kSqlite, {&ItemMigrations()});
  RunKillRounds(temp);
}

TEST(KillTest, PostgresKeepsWhatItAcknowledged) {
  testing::TempDatabase temp(Engine::kPostgres, {&ItemMigrations()});
  RunKillRounds(temp);
}

// The server itself crashes under load, with the settings of production.
TEST(KillTest, PostgresKeepsWhatItAcknowledgedWhenTheServerCrashes) {
  testing::PostgresCluster cluster(testing::PostgresCluster::Durability::kOn);
  DatabaseOptions options;
  options.engine = Engine::kPostgres;
  options.connection_string = cluster.connection_string();
  testing::TempDatabase temp(options, {&ItemMigrations()});
  temp.Close();
  Writer writer(temp.options(), 1'000'000);
  writer.ReadUntil(300);
  cluster.Crash();
  writer.Wait();  // it ends by itself: UNAVAILABLE
  cluster.Start();
  temp.Reopen();
  CheckContent(temp.database(), writer.ids());
}

TEST(KillTest, AFailedSyncEndsTheProcessAndLosesNothingAcknowledged) {
  testing::TempDatabase temp(Engine::kSqlite, {&ItemMigrations()});
  temp.Close();
  Writer writer(temp.options(), 1'000'000, "50");
  const int status = writer.Wait();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 74);
  EXPECT_FALSE(writer.ids().empty());
  temp.Reopen();
  CheckContent(temp.database(), writer.ids());
}

}  // namespace
}  // namespace schutznetz::storage
