#include "services/directory/options.h"

#include <string_view>

#include "services/common/audit/server_audit.h"

namespace schutznetz::directory {
namespace {

// A connection string of libpq is a URL or a list of key=value; anything else is a file.
bool IsPostgres(std::string_view database) {
  return database.starts_with("postgres://") || database.starts_with("postgresql://") ||
         (database.find('=') != std::string_view::npos && database.find('/') > database.find('='));
}

}  // namespace

void Options::Define(config::Flags& flags) {
  process.Define(flags);
  flags.Text("database", &database,
             "File of the SQLite database, or a PostgreSQL connection string such as \"host=/run/postgresql "
             "dbname=schutznetz_directory\", without the password.");
  flags.Redact("database");
  flags.Text("database_schema", &database_schema, "PostgreSQL schema that holds the tables; made when missing.");
  flags.SecretFile("database_password_file", &database_password, "File with the password of the PostgreSQL role.");
  audit::DefineKeyFlag(flags, &audit_key);
  flags.Number("database_readers", &database_readers, 1, 64, "Connections for reading.");
  flags.Number("database_writers", &database_writers, 1, 64, "PostgreSQL connections for writing.");
  flags.Check([this] { return database.empty() ? std::string("database: must name a file or a server") : ""; });
}

storage::DatabaseOptions Options::Database() const {
  storage::DatabaseOptions options;
  if (IsPostgres(database)) {
    options.engine = storage::Engine::kPostgres;
    options.connection_string = database;
    options.password = std::string(database_password.Reveal());
    options.schema = database_schema;
  } else {
    options.path = database;
  }
  options.readers = database_readers;
  options.writers = database_writers;
  return options;
}

}  // namespace schutznetz::directory
