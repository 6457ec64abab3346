#include "services/events/options.h"

#include "services/common/audit/server_audit.h"

namespace schutznetz::events {

void Options::Define(config::Flags& flags) {
  process.Define(flags);
  database.Define(flags, "schutznetz_events");
  redis.Define(flags);
  audit::DefineKeyFlag(flags, &audit_key);
  flags.Text("directory_address", &directory_address,
             "gRPC target of the directory server, which knows the organizations, networks and locations of events.");
  flags.Text("exchange_address", &exchange_address,
             "gRPC target of the exchange server, which knows the newest rights; without it only the public is "
             "answered.");
  flags.Check([this] {
    return !exchange_address.empty() && process.context_keys.empty() ? "exchange_address: needs context_keys_file" : "";
  });
}

}  // namespace schutznetz::events
