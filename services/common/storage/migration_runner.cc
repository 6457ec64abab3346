#include "services/common/storage/migration_runner.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/random_epoch.h"

namespace schutznetz::storage {
namespace {

struct Applied {
  int64_t number = 0;
  std::string checksum;
};

std::string ChecksumOf(std::string_view sql) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(sql.data()), sql.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

absl::Span<const Migration> MigrationsFor(const MigrationSet& set, Engine engine) {
  return engine == Engine::kSqlite ? set.sqlite : set.postgres;
}

// Runs `work` in a transaction that is alone in changing the schema.
absl::Status InSchemaChange(Session& session, absl::FunctionRef<absl::Status()> work) {
  RETURN_IF_ERROR(session.BeginSchemaChange());
  absl::Status status = work();
  if (status.ok()) status = session.Script("COMMIT");
  if (!status.ok()) session.Script("ROLLBACK").IgnoreError();  // the first error is the one to tell
  return status;
}

absl::Status CreateRecordTable(Session& session) {
  return InSchemaChange(session, [&] {
    return session.Script(
        "CREATE TABLE IF NOT EXISTS schema_migrations (set_name TEXT NOT NULL, number BIGINT NOT NULL, "
        "name TEXT NOT NULL, checksum TEXT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (set_name, number))");
  });
}

absl::Status CheckNotNewer(Session& session, Engine engine, const std::vector<const MigrationSet*>& sets) {
  return session.Query(
      "SELECT set_name, MAX(number) FROM schema_migrations GROUP BY set_name", {}, [&](const Row& row) -> absl::Status {
        const auto set = std::ranges::find(sets, row.Text(0), &MigrationSet::name);
        if (set != sets.end() && row.Int(1) <= static_cast<int64_t>(MigrationsFor(**set, engine).size())) {
          return absl::OkStatus();
        }
        return absl::FailedPreconditionError(
            absl::StrCat("The database has migration ", row.Int(1), " of \"", std::string(row.Text(0)),
                         "\", which this program does not know. Use the program that wrote it."));
      });
}

absl::Status Apply(Session& session, const MigrationSet& set, const Migration& migration) {
  const std::string set_name(set.name);
  const std::string checksum = ChecksumOf(migration.sql);
  return InSchemaChange(session, [&]() -> absl::Status {
    std::string recorded;
    RETURN_IF_ERROR(session.Query("SELECT checksum FROM schema_migrations WHERE set_name = ?1 AND number = ?2",
                                  {set_name, migration.number}, [&](const Row& row) {
                                    recorded = row.Text(0);
                                    return absl::OkStatus();
                                  }));
    if (recorded == checksum) return absl::OkStatus();
    if (!recorded.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("Migration ", std::string(migration.name), " of \"", set_name,
                       "\" was applied with another text. Released texts never change."));
    }
    if (const absl::Status status = session.Script(migration.sql); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("Migration ", std::string(migration.name), " of \"", set_name,
                                                     "\" failed: ", status.ToString()));
    }
    return session
        .Execute("INSERT INTO schema_migrations (set_name, number, name, checksum, time) VALUES (?1, ?2, ?3, ?4, ?5)",
                 {set_name, migration.number, migration.name, checksum, absl::Now()})
        .status();
  });
}

absl::Status CheckNumbers(const MigrationSet& set, Engine engine) {
  int expected = 1;
  for (const Migration& migration : MigrationsFor(set, engine)) {
    if (migration.number != expected++) {
      return absl::InvalidArgumentError(
          absl::StrCat("Migrations of \"", std::string(set.name), "\" are not numbered 1, 2, …"));
    }
  }
  return absl::OkStatus();
}

absl::Status EnsureEpoch(Session& session) {
  return session
      .Execute("INSERT INTO change_log (id, epoch, floor) VALUES (1, ?1, 0) ON CONFLICT (id) DO NOTHING",
               {RandomEpoch()})
      .status();
}

}  // namespace

absl::Status RunMigrations(Session& session, Engine engine, const std::vector<const MigrationSet*>& sets) {
  RETURN_IF_ERROR(CreateRecordTable(session));
  RETURN_IF_ERROR(CheckNotNewer(session, engine, sets));
  for (const MigrationSet* set : sets) {
    RETURN_IF_ERROR(CheckNumbers(*set, engine));
    for (const Migration& migration : MigrationsFor(*set, engine)) RETURN_IF_ERROR(Apply(session, *set, migration));
  }
  return EnsureEpoch(session);
}

}  // namespace schutznetz::storage
