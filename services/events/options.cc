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
  flags.Text("public_url", &site.public_url,
             "Under which address the gateway is known outside, for links in mails, feeds and harvesters; without a "
             "slash at the end.");
  flags.Text("oai_repository_name", &site.repository_name, "What harvesters and feeds call this installation.");
  flags.Text("oai_admin_email", &site.admin_email, "Whom harvesters may write to.");
  flags.Text("oai_domain", &site.repository_domain,
             "The domain in the identifiers of publications for harvesters; it must stay the same for ever.");
  mail.Define(flags);
  flags.Check([this] {
    return !exchange_address.empty() && process.context_keys.empty() ? "exchange_address: needs context_keys_file" : "";
  });
}

absl::StatusOr<EventsSettings> Options::Settings() const {
  EventsSettings settings;
  settings.site = site;
  settings.mail = &mail;
  if (!personal.given()) return settings;
  ASSIGN_OR_RETURN(settings.secrets, personal.Secrets());
  settings.erasure_ledger = personal.erasure_ledger;
  return settings;
}

}  // namespace schutznetz::events
