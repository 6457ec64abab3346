#include "services/common/storage/sqlite/sqlite_status.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/driver_status.h"

namespace schutznetz::storage::sqlite {
namespace {

constexpr int kExitInputOutput = 74;

absl::Status ConstraintStatus(int extended, const std::string& text) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::AlreadyExistsError(text);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_CHECK:
      return absl::FailedPreconditionError(text);
    default:
      return errors::Internal(text);
  }
}

}  // namespace

void StopAfterFailedSync(const char* text) {
  std::fprintf(stderr, "{\"level\":\"FATAL\",\"event\":\"sqlite_sync_failed\",\"detail\":\"%s\"}\n", text);
  std::_Exit(kExitInputOutput);
}

absl::Status StatusOf(sqlite3* db, int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return absl::OkStatus();
  const int extended = db != nullptr ? sqlite3_extended_errcode(db) : code;
  const char* driver_text = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC) StopAfterFailedSync(driver_text);
  const std::string text = absl::StrCat("sqlite ", extended, ": ", driver_text);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return ConstraintStatus(extended, text);
    case SQLITE_INTERRUPT:
      return errors::DeadlinePassed();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return MarkedAsLockTimeout(absl::UnavailableError(text));
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return absl::UnavailableError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(text);
    default:
      return errors::Internal(text);
  }
}

}  // namespace schutznetz::storage::sqlite
