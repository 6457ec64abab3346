#include "services/common/storage/postgres/postgres_database.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/driver_status.h"
#include "services/common/storage/migration_runner.h"
#include "services/common/storage/postgres/postgres_hints.h"
#include "services/common/storage/postgres/postgres_readers.h"
#include "services/common/storage/postgres/postgres_writers.h"

namespace schutznetz::storage::postgres {
namespace {

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const DatabaseOptions& options, std::vector<std::unique_ptr<Connection>> writers)
      : options_(options),
        readers_(options, counters_),
        hints_(options, listeners_, counters_),
        writers_(options, std::move(writers), listeners_, counters_, hints_) {}

  void Write(WriteWork work, WriteDone done, absl::Time deadline) override {
    PendingWrite write{.work = std::move(work), .done = std::move(done), .deadline = deadline};
    if (!writers_.Push(write)) write.done(RefusedForNow(), CommitInfo{});
  }
  absl::Status Read(absl::FunctionRef<absl::Status(ReadTransaction&)> work, absl::Time deadline) override {
    return readers_.Read(work, deadline);
  }
  absl::Status ScrubDeleted(absl::Time deadline) override {
    ASSIGN_OR_RETURN(const auto connection, Connection::Open(options_, Use::kSchemaChange, deadline));
    return connection->Script("VACUUM");
  }
  int64_t AddCommitListener(CommitListener listener) override { return listeners_.Add(std::move(listener)); }
  void RemoveCommitListener(int64_t key) override { listeners_.Remove(key); }
  absl::Status Health() const override { return writers_.connected() ? absl::OkStatus() : RefusedForNow(); }
  DatabaseStatistics Statistics() const override { return counters_.Read(); }
  Engine engine() const override { return Engine::kPostgres; }

 private:
  const DatabaseOptions options_;
  Counters counters_;
  CommitListeners listeners_;
  Readers readers_;
  Hints hints_;
  Writers writers_;
};

// The name stands in statements and session options without quotes.
bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= 48 && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::ranges::all_of(name,
                             [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_'; });
}

// IF NOT EXISTS alone would ask for the right to create schemas even when there is nothing to create.
absl::Status CreateSchema(Connection& connection, const std::string& schema) {
  int64_t found = 0;
  RETURN_IF_ERROR(
      connection.Query("SELECT COUNT(*) FROM pg_namespace WHERE nspname = ?1", {schema}, [&](const Row& row) {
        found = row.Int(0);
        return absl::OkStatus();
      }));
  return found > 0 ? absl::OkStatus() : connection.Script(absl::StrCat("CREATE SCHEMA IF NOT EXISTS ", schema));
}

// P1 holds only with fsync; a test cluster may do without, an operator must know.
absl::Status WarnUnlessDurable(Connection& connection, const DatabaseOptions& options) {
  return connection.Query("SELECT current_setting('fsync'), current_setting('full_page_writes')", {},
                          [&](const Row& row) {
                            if ((row.Text(0) != "on" || row.Text(1) != "on") && options.log) {
                              options.log("postgres_not_durable", "fsync and full_page_writes must be on");
                            }
                            return absl::OkStatus();
                          });
}

absl::Status PrepareSchema(const DatabaseOptions& options, const std::vector<const MigrationSet*>& sets) {
  ASSIGN_OR_RETURN(const auto connection, Connection::Open(options, Use::kSchemaChange, absl::InfiniteFuture()));
  RETURN_IF_ERROR(WarnUnlessDurable(*connection, options));
  RETURN_IF_ERROR(CreateSchema(*connection, options.schema));
  return RunMigrations(*connection, Engine::kPostgres, sets);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(const DatabaseOptions& options,
                                                       const std::vector<const MigrationSet*>& sets) {
  if (!IsPlainName(options.schema)) {
    return absl::InvalidArgumentError("The schema's name must be lower-case letters, digits and \"_\".");
  }
  RETURN_IF_ERROR(PrepareSchema(options, sets));
  std::vector<std::unique_ptr<Connection>> writers;
  for (int i = 0; i < options.writers; ++i) {
    ASSIGN_OR_RETURN(writers.emplace_back(), Connection::Open(options, Use::kStatements, absl::InfiniteFuture()));
  }
  return std::make_unique<PostgresDatabase>(options, std::move(writers));
}

}  // namespace schutznetz::storage::postgres
