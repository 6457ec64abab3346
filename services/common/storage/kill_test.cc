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
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/common/storage/open.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/environment.h"
#include "services/common/testing/postgres_cluster.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::storage {
namespace {

constexpr char kProgram[] = SCHUTZNETZ_BINARY_DIR "/test/storage_kill_writer";
constexpr int kExitFailedSync = 74;
constexpr int kExitPowerLost = 75;

int Rounds() { return std::max(1, testing::FromEnvironment("SCHUTZNETZ_KILL_ROUNDS", 5)); }

// The writer process and what it said.
class Writer {
 public:
  // `fault`: as kill_writer takes it, or empty.
  Writer(const DatabaseOptions& options, int64_t first_id, const std::vector<std::string>& fault = {}) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const bool is_sqlite = options.engine == Engine::kSqlite;
    std::vector<std::string> arguments = {kProgram, is_sqlite ? "sqlite" : "postgres",
                                          is_sqlite ? options.path : options.connection_string, options.schema,
                                          std::to_string(first_id)};
    arguments.insert(arguments.end(), fault.begin(), fault.end());
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execv(kProgram, pointers.data());
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
  Writer writer(temp.options(), 1'000'000, {"fail-sync", "50", "1"});
  const int status = writer.Wait();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), kExitFailedSync);
  EXPECT_FALSE(writer.ids().empty());
  temp.Reopen();
  CheckContent(temp.database(), writer.ids());
}

TEST(KillTest, AFullDiskRefusesAndLosesNothingAcknowledged) {
  testing::TempDatabase temp(Engine::kSqlite, {&ItemMigrations()});
  temp.Close();
  Writer writer(temp.options(), 1'000'000, {"full-disk", "1000000", "1"});
  const int status = writer.Wait();
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << status;  // UNAVAILABLE, printed by the writer
  EXPECT_FALSE(writer.ids().empty());
  temp.Reopen();
  CheckContent(temp.database(), writer.ids());
}

// Power loss (P1): what no sync confirmed is dropped, reordered and torn, in commits and in checkpoints.
TEST(PowerLossTest, SqliteKeepsWhatItAcknowledged) {
  std::mt19937 random(std::random_device{}());
  for (int round = 1; round <= 2 * Rounds(); ++round) {
    testing::TempDatabase temp(Engine::kSqlite, {&ItemMigrations()});
    temp.Close();
    const std::string nth = std::to_string(std::uniform_int_distribution<int>(1, 1500)(random));
    const std::string seed = std::to_string(random());
    Writer writer(temp.options(), 1'000'000, {"lose-power", nth, seed});
    const int status = writer.Wait();
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == kExitPowerLost) << status;
    temp.Reopen();
    CheckContent(temp.database(), writer.ids());
    if (::testing::Test::HasFailure()) {
      FAIL() << "lose-power " << nth << " " << seed;
    }
  }
}

// The control: on a disk that lies about syncs the same check must find the loss, or it would find nothing at all.
TEST(PowerLossTest, ADiskThatLiesLosesAcknowledgedWrites) {
  testing::TempDatabase temp(Engine::kSqlite, {&ItemMigrations()});
  temp.Close();
  Writer writer(temp.options(), 1'000'000, {"lying-disk", "100", "1"});
  writer.Wait();
  ASSERT_FALSE(writer.ids().empty());
  const auto reopened = Open(temp.options(), {&ItemMigrations()});
  if (!reopened.ok()) return;  // not even a database any more
  const std::vector<int64_t> rows = ItemIds(**reopened);
  std::vector<int64_t> acknowledged = writer.ids();
  std::ranges::sort(acknowledged);
  EXPECT_FALSE(std::ranges::includes(rows, acknowledged));
}

}  // namespace
}  // namespace schutznetz::storage
