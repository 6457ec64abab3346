// A fresh database for one test, of either engine. Tests only.
//
//   TEST_P(StoreTest, …) { TempDatabase temp(GetParam(), {&DirectoryMigrations()}); Store store(temp.database()); … }
// engines.h has what runs such a suite on both engines.
//
// PostgreSQL comes from a cluster of its own, started when the first test asks for it and stopped with the process; the
// environment variable SCHUTZNETZ_TEST_POSTGRES (a connection string) names a running one instead.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "services/common/storage/database.h"
#include "services/common/storage/open.h"

namespace schutznetz::testing {

// Ends the test process with a message when it cannot be made. Not thread safe; the database is.
class TempDatabase {
 public:
  explicit TempDatabase(storage::Engine engine, std::vector<const storage::MigrationSet*> sets = {});
  // With other limits, or on a given cluster (connection_string). Path and schema are chosen here.
  explicit TempDatabase(storage::DatabaseOptions options, std::vector<const storage::MigrationSet*> sets = {});
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

}  // namespace schutznetz::testing
