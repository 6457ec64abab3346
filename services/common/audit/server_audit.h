// The audit log as a server program has it.
//
//   audit::DefineKeyFlag(flags, &audit_key);                                   // in Options::Define
//   ASSIGN_OR_RETURN(auto log, audit::OpenForServer("exchange", *database, audit_key.Reveal(), clock_, log_));
//   registry_.SetAudit(*log);                                                  // before Server::Start
//   audit::AddMetrics(*log, clock_, metrics_);                                 // when nothing can fail any more
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/common/audit/audit_log.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::audit {

// --audit_key_file. `key` must outlive `flags`.
void DefineKeyFlag(config::Flags& flags, config::Secret* key);

// Opens the log of the server `name` in its database, which was opened with AuditMigrations. Checkpoints become log
// lines (event "audit_checkpoint"); so does the public key at the start ("audit_key"). `key_text` empty: a key that
// dies with the process. All references must outlive the log. INVALID_ARGUMENT: not a key. Other codes as
// AuditLog::Open.
absl::StatusOr<std::unique_ptr<AuditLog>> OpenForServer(std::string name, storage::Database& database,
                                                        std::string_view key_text, const Clock& clock,
                                                        telemetry::LogWriter& log);

// schutznetz_audit_*. `log` and `clock` must outlive `metrics`' last scrape.
void AddMetrics(const AuditLog& log, const Clock& clock, telemetry::Metrics& metrics);

}  // namespace schutznetz::audit
