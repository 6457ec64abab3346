#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/storage/migration_runner.h"
#include "services/common/storage/open.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Migration kFirst = {1, "0001_towns", "CREATE TABLE towns (name TEXT PRIMARY KEY)"};
constexpr Migration kSecond = {2, "0002_people",
                               "ALTER TABLE towns ADD COLUMN people BIGINT; INSERT INTO towns (name, people) VALUES "
                               "('Musterstadt', 1000);"};
constexpr Migration kSecondChanged = {2, "0002_people", "ALTER TABLE towns ADD COLUMN persons BIGINT"};
constexpr Migration kBroken = {2, "0002_broken",
                               "INSERT INTO towns (name) VALUES ('Halb'); CREATE TABLE towns (x TEXT)"};

class MigrationTest : public ::testing::TestWithParam<Engine> {
 protected:
  // Opens the database with these migrations of the set "towns".
  absl::Status OpenWith(const std::vector<Migration>& migrations) {
    const MigrationSet set = {"towns", migrations, migrations};
    temp_.Close();
    const auto database = Open(temp_.options(), {&set});
    if (database.ok()) ReadTowns(**database);
    return database.status();
  }

  void ReadTowns(Database& database) {
    towns_.clear();
    EXPECT_EQ(absl::OkStatus(), database.Read([&](ReadTransaction& tx) {
      return tx.Query("SELECT name FROM towns", {}, [&](const Row& row) {
        towns_.emplace_back(row.Text(0));
        return absl::OkStatus();
      });
    }));
  }

  testing::TempDatabase temp_{GetParam()};
  std::vector<std::string> towns_;
};

INSTANTIATE_TEST_SUITE_P(Engines, MigrationTest, testing::AllEngines(), testing::EngineName);

TEST_P(MigrationTest, MissingOnesAreAppliedOnce) {
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst}));
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst, kSecond}));
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst, kSecond}));
  EXPECT_THAT(towns_, ElementsAre("Musterstadt"));
}

TEST_P(MigrationTest, ANewerDatabaseIsRefused) {
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst, kSecond}));
  const absl::Status status = OpenWith({kFirst});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"towns\""));
}

TEST_P(MigrationTest, ADatabaseOfAnotherProgramIsRefused) {
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst}));
  EXPECT_EQ(Open(temp_.options(), {}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(MigrationTest, AChangedTextIsRefused) {
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst, kSecond}));
  const absl::Status status = OpenWith({kFirst, kSecondChanged});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("0002_people"));
}

TEST_P(MigrationTest, AFailingOneLeavesNothingBehind) {
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst}));
  EXPECT_EQ(OpenWith({kFirst, kBroken}).code(), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(absl::OkStatus(), OpenWith({kFirst, kSecond}));
  EXPECT_THAT(towns_, ElementsAre("Musterstadt"));
}

TEST_P(MigrationTest, AHoleInTheNumbersIsRefused) {
  EXPECT_EQ(OpenWith({kSecond}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(MigrationTest, LimitsBelowOneAreRefused) {
  temp_.Close();
  temp_.options().readers = 0;
  EXPECT_EQ(Open(temp_.options(), {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(MigrationPairsTest, BothEnginesHaveTheSameCommonMigrations) {
  const MigrationSet& set = CommonMigrations();
  ASSERT_EQ(set.sqlite.size(), set.postgres.size());
  for (size_t i = 0; i < set.sqlite.size(); ++i) EXPECT_EQ(set.sqlite[i].name, set.postgres[i].name);
}

}  // namespace
}  // namespace schutznetz::storage
