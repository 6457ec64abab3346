#include "services/exchange/options.h"

#include <utility>

#include "services/common/audit/server_audit.h"
#include "services/common/errors/macros.h"

namespace schutznetz::exchange {

void Options::Define(config::Flags& flags) {
  process.Define(flags);
  database.Define(flags, "schutznetz_exchange");
  redis.Define(flags);
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
  flags.Check([this] { return pepper.empty() ? std::string("pepper_file: must be given") : ""; });
  flags.Check([this] { return wrapping_keys.empty() ? std::string("wrapping_key_file: must be given") : ""; });
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
  settings.cache_secret = std::string(redis.key.Reveal());
  return settings;
}

}  // namespace schutznetz::exchange
