// The flags of a server that keeps what is personal: its secrets, and where its erasures are written down.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/personal/pepper.h"
#include "services/common/rpc/sealer.h"

namespace schutznetz::personal {

// The secrets in the form in which they are used.
struct PersonalSecrets {
  Pepper pepper;
  rpc::Sealer wrapping;
};

struct PersonalFlags {
  config::Secret pepper;
  config::Secret wrapping_keys;
  std::string erasure_ledger;  // the default is the server's

  // Describes every field as a flag; this object must outlive `flags`. Both secrets must be given; where the server
  // works without, `required` is false, and both or none.
  void Define(config::Flags& flags, bool required = true);
  bool given() const { return !pepper.empty(); }
  // INVALID_ARGUMENT names the flag.
  absl::StatusOr<PersonalSecrets> Secrets() const;
};

}  // namespace schutznetz::personal
