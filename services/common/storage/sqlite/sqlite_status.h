// SQLite's result codes as statuses.
#pragma once

#include <sqlite3.h>

#include "absl/status/status.h"

namespace schutznetz::storage::sqlite {

// The status of the last call on `db`, which returned `code`. Codes as in ReadTransaction. A failed sync ends the
// process: the kernel may already have dropped the pages, so a second sync that succeeds proves nothing.
absl::Status StatusOf(sqlite3* db, int code);

// Ends the process with exit code 74 (EX_IOERR), without running destructors: closing would write again.
[[noreturn]] void StopAfterFailedSync(const char* text);

}  // namespace schutznetz::storage::sqlite
