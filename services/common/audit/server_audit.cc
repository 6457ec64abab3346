#include "services/common/audit/server_audit.h"

#include <utility>

#include "services/common/errors/macros.h"

namespace schutznetz::audit {

void DefineKeyFlag(config::Flags& flags, config::Secret* key) {
  flags.SecretFile("audit_key_file", key,
                   "File with the key that signs checkpoints of the audit log, shared by replicas; make one with "
                   "schutznetzctl audit key. Empty: a key for one run.");
}

absl::StatusOr<std::unique_ptr<AuditLog>> OpenForServer(std::string name, storage::Database& database,
                                                        std::string_view key_text, const Clock& clock,
                                                        telemetry::LogWriter& log) {
  AuditKey key = AuditKey::Random();
  if (!key_text.empty()) {
    ASSIGN_OR_RETURN(key, AuditKey::FromText(key_text));
  }
  telemetry::LogLine line;
  line.event = "audit_key";
  line.public_key = key.public_key();
  log.Write(std::move(line));
  const auto emit = [&log](std::string_view text) {
    telemetry::LogLine checkpoint;
    checkpoint.event = "audit_checkpoint";
    checkpoint.checkpoint = std::string(text);
    log.Write(std::move(checkpoint));
  };
  return AuditLog::Open(database, key, clock, {.name = std::move(name), .emit = emit});
}

void AddMetrics(const AuditLog& log, const Clock& clock, telemetry::Metrics& metrics) {
  const auto count = [&log](int64_t AuditStatistics::*value) {
    return [&log, value] { return static_cast<double>(log.Statistics().*value); };
  };
  metrics.AddCounterFrom("schutznetz_audit_entries_total", "Entries added to the audit log.",
                         count(&AuditStatistics::entries));
  metrics.AddCounterFrom("schutznetz_audit_reads_refused_total",
                         "Answers held back because their audit entry could not be written.",
                         count(&AuditStatistics::reads_refused));
  metrics.AddCounterFrom("schutznetz_audit_checkpoints_total", "Signed checkpoints sent to the log.",
                         count(&AuditStatistics::checkpoints));
  metrics.AddGauge("schutznetz_audit_checkpoint_age_seconds",
                   "Time since the audit log was last looked at for a checkpoint.",
                   [&log, &clock] { return absl::ToDoubleSeconds(clock.Now() - log.Statistics().checkpoint_time); });
}

}  // namespace schutznetz::audit
