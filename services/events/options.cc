#include "services/events/options.h"

#include <utility>

#include "services/common/audit/server_audit.h"
#include "services/common/errors/macros.h"

namespace schutznetz::events {

void Options::Define(config::Flags& flags) {
  process.Define(flags);
  database.Define(flags, "schutznetz_events");
  redis.Define(flags);
  audit::DefineKeyFlag(flags, &audit_key);
  personal.Define(flags, /*required=*/false);
  flags.Text("directory_address", &directory_address,
             "gRPC target of the directory server, which knows the organizations, networks and locations of events.");
  flags.Text("exchange_address", &exchange_address,
             "gRPC target of the exchange server, which knows the newest rights; without it only the public is "
             "answered.");
  flags.Check([this] {
    return !exchange_address.empty() && process.context_keys.empty() ? "exchange_address: needs context_keys_file" : "";
  });
}

absl::StatusOr<EventsSettings> Options::Settings() const {
  EventsSettings settings;
  if (!personal.given()) return settings;
  ASSIGN_OR_RETURN(settings.secrets, personal.Secrets());
  settings.erasure_ledger = personal.erasure_ledger;
  return settings;
}

}  // namespace schutznetz::events
