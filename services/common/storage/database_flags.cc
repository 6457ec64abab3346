#include "services/common/storage/database_flags.h"

#include <string_view>

namespace schutznetz::storage {
namespace {

// A connection string of libpq is a URL or a list of key=value; anything else is a file.
bool IsPostgres(std::string_view location) {
  return location.starts_with("postgres://") || location.starts_with("postgresql://") ||
         (location.find('=') != std::string_view::npos && location.find('/') > location.find('='));
}

}  // namespace

void DatabaseFlags::Define(config::Flags& flags, const std::string& example) {
  flags.Text("database", &location,
             "File of the SQLite database, or a PostgreSQL connection string such as \"host=/run/postgresql dbname=" +
                 example + "\", without the password.");
  flags.Redact("database");
  flags.Text("database_schema", &schema, "PostgreSQL schema that holds the tables; made when missing.");
  flags.SecretFile("database_password_file", &password, "File with the password of the PostgreSQL role.");
  flags.Number("database_readers", &readers, 1, 64, "Connections for reading.");
  flags.Number("database_writers", &writers, 1, 64, "PostgreSQL connections for writing.");
  flags.Check([this] { return location.empty() ? std::string("database: must name a file or a server") : ""; });
}

DatabaseOptions DatabaseFlags::Options() const {
  DatabaseOptions options;
  if (IsPostgres(location)) {
    options.engine = Engine::kPostgres;
    options.connection_string = location;
    options.password = std::string(password.Reveal());
    options.schema = schema;
  } else {
    options.path = location;
  }
  options.readers = readers;
  options.writers = writers;
  return options;
}

}  // namespace schutznetz::storage
