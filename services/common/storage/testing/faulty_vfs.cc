#include "services/common/storage/testing/faulty_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cstdlib>

namespace schutznetz::storage {
namespace {

std::atomic<int64_t> syncs{0};
int64_t failing_from = 0;
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs faulty_vfs;
const sqlite3_io_methods* real_methods = nullptr;

int FaultySync(sqlite3_file* file, int flags) {
  if (++syncs >= failing_from) return SQLITE_IOERR_FSYNC;
  return real_methods->xSync(file, flags);
}

// The real file object stays as it is; only its table of methods is replaced by a copy with another xSync. All files of
// the unix VFS that have locks share one table.
int FaultyOpen(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
  if (code != SQLITE_OK || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return code;
  sqlite3_io_methods* copy = static_cast<sqlite3_io_methods*>(std::malloc(sizeof(sqlite3_io_methods)));  // never freed
  *copy = *file->pMethods;
  if (real_methods == nullptr) real_methods = file->pMethods;
  copy->xSync = FaultySync;
  file->pMethods = copy;
  return SQLITE_OK;
}

}  // namespace

void FailSyncsFrom(int64_t nth) {
  failing_from = nth;
  syncs = 0;
  real_vfs = sqlite3_vfs_find(nullptr);
  faulty_vfs = *real_vfs;
  faulty_vfs.zName = "faulty";
  faulty_vfs.xOpen = FaultyOpen;
  if (sqlite3_vfs_register(&faulty_vfs, /*makeDflt=*/1) != SQLITE_OK) std::abort();
}

int64_t SyncsSeen() { return syncs; }

}  // namespace schutznetz::storage
