#include "services/common/storage/server_database.h"

#include <cstdint>
#include <string>
#include <utility>

namespace schutznetz::storage {

void AddMetrics(const Database& database, telemetry::Metrics& metrics) {
  using Statistics = DatabaseStatistics;
  const auto add = [&](const char* name, const char* help, int64_t Statistics::*value, bool rises) {
    auto read = [&database, value] { return static_cast<double>(database.Statistics().*value); };
    if (rises) return metrics.AddCounterFrom(name, help, read);
    metrics.AddGauge(name, help, read);
  };
  add("schutznetz_store_writes_waiting", "Writes accepted and not yet answered.", &Statistics::writes_waiting, false);
  add("schutznetz_store_reads_running", "Reads running.", &Statistics::reads_running, false);
  add("schutznetz_store_log_bytes", "Size of SQLite's write-ahead log.", &Statistics::log_bytes, false);
  add("schutznetz_store_writes_committed_total", "Writes committed.", &Statistics::writes_committed, true);
  add("schutznetz_store_writes_refused_total", "Writes refused.", &Statistics::writes_refused, true);
  add("schutznetz_store_commits_total", "Commits; many writes share one.", &Statistics::commits, true);
  add("schutznetz_store_reconnects_total", "Connections made after the first ones.", &Statistics::reconnects, true);
  metrics.AddGauge("schutznetz_store_up", "1 while the last contact with the database succeeded.",
                   [&database] { return database.Health().ok() ? 1.0 : 0.0; });
}

std::function<void(std::string_view, std::string_view)> WarningsTo(telemetry::LogWriter& log) {
  return [&log](std::string_view event, std::string_view detail) {
    telemetry::LogLine line;
    line.level = telemetry::Level::kWarning;
    line.event = telemetry::Literal::ForProcessLifetime(event);
    line.cause = std::string(detail);
    log.Write(std::move(line));
  };
}

}  // namespace schutznetz::storage
