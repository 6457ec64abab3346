#include "services/common/personal/personal_flags.h"

#include <utility>

#include "services/common/errors/macros.h"

namespace schutznetz::personal {

void PersonalFlags::Define(config::Flags& flags, bool required) {
  flags.SecretFile(
      "pepper_file", &pepper,
      "File with at least 32 random bytes under which keys, token subjects and mail addresses are digested. Never "
      "changes.");
  flags.SecretFile("wrapping_key_file", &wrapping_keys,
                   "File with the keys that wrap the keys of persons, one per line; the first wraps, all open.");
  flags.Text(
      "erasure_ledger", &erasure_ledger,
      "File with the random ids of erased persons, replayed at start; keep it apart from the database's backups.");
  const auto missing = [this, required](const config::Secret& secret) {
    return secret.empty() && (required || !pepper.empty() || !wrapping_keys.empty());
  };
  flags.Check([this, missing] { return missing(pepper) ? std::string("pepper_file: must be given") : ""; });
  flags.Check(
      [this, missing] { return missing(wrapping_keys) ? std::string("wrapping_key_file: must be given") : ""; });
}

absl::StatusOr<PersonalSecrets> PersonalFlags::Secrets() const {
  ASSIGN_OR_RETURN(Pepper own_pepper, Pepper::FromText(pepper.Reveal()));
  ASSIGN_OR_RETURN(rpc::Sealer wrapping, rpc::Sealer::FromKeyText(wrapping_keys.Reveal()));
  return PersonalSecrets{std::move(own_pepper), std::move(wrapping)};
}

}  // namespace schutznetz::personal
