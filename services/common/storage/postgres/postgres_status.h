// PostgreSQL's results as statuses.
#pragma once

#include <libpq-fe.h>

#include <string>

#include "absl/status/status.h"

namespace schutznetz::storage::postgres {

// OK for results that are no errors. Codes as in ReadTransaction. Takes the primary message only: details hold values.
absl::Status StatusOf(const PGresult* result);

// UNAVAILABLE: the connection is gone or does not answer.
absl::Status ConnectionLost(const std::string& what);

// The error says that what this connection has prepared no longer fits the schema: it must be replaced.
bool AsksForNewConnection(const PGresult* result);

}  // namespace schutznetz::storage::postgres
