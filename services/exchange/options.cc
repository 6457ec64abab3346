#include "services/exchange/options.h"

#include <string_view>
#include <utility>

#include "services/common/audit/server_audit.h"
#include "services/common/errors/macros.h"

namespace schutznetz::exchange {
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
             "dbname=schutznetz_exchange\", without the password.");
  flags.Redact("database");
  flags.Text("database_schema", &database_schema, "PostgreSQL schema that holds the tables; made when missing.");
  flags.SecretFile("database_password_file", &database_password, "File with the password of the PostgreSQL role.");
  flags.Number("database_readers", &database_readers, 1, 64, "Connections for reading.");
  flags.Number("database_writers", &database_writers, 1, 64, "PostgreSQL connections for writing.");
  audit::DefineKeyFlag(flags, &audit_key);
  flags.SecretFile(
      "pepper_file", &pepper,
      "File with at least 32 random bytes under which keys and token subjects are digested. Never changes.");
  flags.SecretFile("wrapping_key_file", &wrapping_keys,
                   "File with the keys that wrap the keys of persons, one per line; the first wraps, all open.");
  flags.SecretFile("signing_key_file", &signing_keys,
                   "File with the private keys (PEM, Ed25519 or P-256) of this installation's own tokens; the first "
                   "signs. Absent: it gives no tokens.");
  flags.TextList(
      "bootstrap_operator", &bootstrap_operators,
      "First operators, for the first start: \"ISSUER SUBJECT\", with a comma between; name two, because two "
      "approve.");
  flags.Text(
      "erasure_ledger", &erasure_ledger,
      "File with the random ids of erased persons, replayed at start; keep it apart from the database's backups.");
  flags.Check([this] { return database.empty() ? std::string("database: must name a file or a server") : ""; });
  flags.Check([this] { return pepper.empty() ? std::string("pepper_file: must be given") : ""; });
  flags.Check([this] { return wrapping_keys.empty() ? std::string("wrapping_key_file: must be given") : ""; });
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

absl::StatusOr<ExchangeSettings> Options::Settings(const Clock& clock) const {
  ASSIGN_OR_RETURN(Pepper own_pepper, Pepper::FromText(pepper.Reveal()));
  ASSIGN_OR_RETURN(rpc::Sealer wrapping, rpc::Sealer::FromKeyText(wrapping_keys.Reveal()));
  ExchangeSettings settings = {std::move(own_pepper), std::move(wrapping)};
  if (!signing_keys.empty()) {
    ASSIGN_OR_RETURN(settings.issuer, tokens::TokenIssuer::Create(signing_keys.Reveal(), tokens::kOwnIssuer,
                                                                  tokens::kDefaultAudience, clock));
  }
  for (const std::string& text : bootstrap_operators) {
    ASSIGN_OR_RETURN(settings.first_operators.emplace_back(), ParseFirstOperator(text));
  }
  settings.erasure_ledger = erasure_ledger;
  return settings;
}

}  // namespace schutznetz::exchange
