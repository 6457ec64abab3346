// What every process shows of itself, under the community's names.
#pragma once

#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::telemetry {

// Adds process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds, process_threads (read from /proc at
// each scrape) and schutznetz_log_lines_dropped_total. `log` must outlive the last scrape.
void AddProcessMetrics(Metrics& metrics, const LogWriter& log);

}  // namespace schutznetz::telemetry
