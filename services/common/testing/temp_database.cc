#include "services/common/testing/temp_database.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "services/common/testing/postgres_cluster.h"

namespace schutznetz::testing {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Stop(const std::string& what) {
  std::fprintf(stderr, "TempDatabase: %s\n", what.c_str());
  std::exit(1);
}

fs::path MakeDatabaseFolder() {
  std::string pattern = (fs::temp_directory_path() / "schutznetz-db-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Stop("no temporary folder");
  return pattern;
}

std::string PostgresConnectionString() {
  const char* given = std::getenv("SCHUTZNETZ_TEST_POSTGRES");
  return given != nullptr ? given : PostgresCluster::Shared().connection_string();
}

std::string UniqueSchema() {
  static std::atomic<int> next{1};
  return "test_" + std::to_string(getpid()) + "_" + std::to_string(next++);
}

void DropSchema(const storage::DatabaseOptions& options) {
  PGconn* connection = PQconnectdb(options.connection_string.c_str());
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  PQclear(PQexec(connection, ("DROP SCHEMA IF EXISTS " + options.schema + " CASCADE").c_str()));
  PQfinish(connection);
}

}  // namespace

TempDatabase::TempDatabase(storage::Engine engine, std::vector<const storage::MigrationSet*> sets)
    : TempDatabase(storage::DatabaseOptions{.engine = engine}, std::move(sets)) {}

TempDatabase::TempDatabase(storage::DatabaseOptions options, std::vector<const storage::MigrationSet*> sets)
    : folder_(MakeDatabaseFolder()), options_(std::move(options)), sets_(std::move(sets)) {
  options_.path = (folder_ / "database.sqlite").string();
  if (options_.engine == storage::Engine::kPostgres) {
    if (options_.connection_string.empty()) options_.connection_string = PostgresConnectionString();
    options_.schema = UniqueSchema();
  }
  Reopen();
}

TempDatabase::~TempDatabase() {
  Close();
  if (options_.engine == storage::Engine::kPostgres) DropSchema(options_);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void TempDatabase::Reopen() {
  Close();
  absl::StatusOr<std::unique_ptr<storage::Database>> opened = storage::Open(options_, sets_);
  if (!opened.ok()) Stop(opened.status().ToString());
  database_ = *std::move(opened);
}

}  // namespace schutznetz::testing
