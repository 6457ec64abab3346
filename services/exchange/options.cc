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
  personal.Define(flags);
  flags.SecretFile("signing_key_file", &signing_keys,
                   "File with the private keys (PEM, Ed25519 or P-256) of this installation's own tokens; the first "
                   "signs. Absent: it gives no tokens.");
  flags.TextList(
      "bootstrap_operator", &bootstrap_operators,
      "First operators, for the first start: \"ISSUER SUBJECT\", with a comma between; name two, because two "
      "approve.");
}

absl::StatusOr<ExchangeSettings> Options::Settings(const Clock& clock) const {
  ASSIGN_OR_RETURN(personal::PersonalSecrets secrets, personal.Secrets());
  ExchangeSettings settings = {std::move(secrets.pepper), std::move(secrets.wrapping)};
  if (!signing_keys.empty()) {
    ASSIGN_OR_RETURN(settings.issuer, tokens::TokenIssuer::Create(signing_keys.Reveal(), tokens::kOwnIssuer,
                                                                  tokens::kDefaultAudience, clock));
  }
  for (const std::string& text : bootstrap_operators) {
    ASSIGN_OR_RETURN(settings.first_operators.emplace_back(), ParseFirstOperator(text));
  }
  settings.erasure_ledger = personal.erasure_ledger;
  settings.cache_secret = std::string(redis.key.Reveal());
  return settings;
}

}  // namespace schutznetz::exchange
