// A database as a server has it: with metrics and log lines.
#pragma once

#include <functional>
#include <string_view>

#include "services/common/storage/database.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::storage {

// schutznetz_store_*. `database` must outlive `metrics`' last scrape.
void AddMetrics(const Database& database, telemetry::Metrics& metrics);

// Writes a warning with an event from the program's text and what the engine says of it, never a row's content. For
// DatabaseOptions::log, followers and housekeeping. `log` must outlive it.
std::function<void(std::string_view event, std::string_view detail)> WarningsTo(telemetry::LogWriter& log);

}  // namespace schutznetz::storage
