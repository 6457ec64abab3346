// A fresh database for one test, of either engine. Tests only.
//
//   class StoreTest : public ::testing::TestWithParam<storage::Engine> {};
//   INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, testing::AllEngines(), testing::EngineName);
//   TEST_P(StoreTest, …) { TempDatabase temp(GetParam(), {&DirectoryMigrations()}); Store store(temp.database()); … }
//
// PostgreSQL comes from a cluster of its own, started when the first test asks for it and stopped with the process; the
// environment variable SCHUTZNETZ_TEST_POSTGRES (a connection string) names a running one instead.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/common/storage/database.h"
#include "services/common/storage/open.h"

namespace schutznetz::testing {

// Ends the test process with a message when it cannot be made. Not thread safe; the database is.
class TempDatabase {
 public:
  explicit TempDatabase(storage::Engine engine, std::vector<const storage::MigrationSet*> sets = {});
  ~TempDatabase();
  TempDatabase(const TempDatabase&) = delete;
  TempDatabase& operator=(const TempDatabase&) = delete;

  storage::Database& database() { return *database_; }
  // How it was opened, for a second process or other limits. Change it and Reopen().
  storage::DatabaseOptions& options() { return options_; }
  // Closes the database; content stays.
  void Close() { database_.reset(); }
  // Closes and opens it again.
  void Reopen();

 private:
  std::filesystem::path folder_;
  storage::DatabaseOptions options_;
  std::vector<const storage::MigrationSet*> sets_;
  std::unique_ptr<storage::Database> database_;
};

inline auto AllEngines() { return ::testing::Values(storage::Engine::kSqlite, storage::Engine::kPostgres); }

inline std::string EngineName(const ::testing::TestParamInfo<storage::Engine>& info) {
  return info.param == storage::Engine::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace schutznetz::testing
