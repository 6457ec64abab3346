#include "services/common/storage/testing/faulty_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace schutznetz::storage {
namespace {

constexpr int kExitPowerLost = 75;
constexpr size_t kSector = 512;

// One write or truncation that no sync has confirmed.
struct Unsynced {
  int64_t offset = 0;
  std::string before;  // content at `offset` before it, as far as the file went
  std::string after;   // what was written; empty for a truncation to `offset`
  int64_t size_before = 0;
};

struct OpenFile {
  const sqlite3_io_methods* real = nullptr;
  sqlite3_io_methods methods;  // the real ones with ours in between
  std::vector<Unsynced> unsynced;
};

// All state of the one faulty VFS of this process.
struct FaultyDisk {
  DiskFault fault;
  int64_t fault_at;
  int64_t syncs = 0;
  std::mt19937 random;
  sqlite3_vfs* real_vfs;
  sqlite3_vfs vfs;
  std::mutex mutex;
  std::map<sqlite3_file*, std::unique_ptr<OpenFile>> files;
};
FaultyDisk* disk = nullptr;

int64_t SizeOf(sqlite3_file* file, const OpenFile& open) {
  sqlite3_int64 size = 0;
  open.real->xFileSize(file, &size);
  return size;
}

std::string ContentAt(sqlite3_file* file, const OpenFile& open, int64_t offset, int64_t length) {
  const int64_t there = std::clamp<int64_t>(SizeOf(file, open) - offset, 0, length);
  std::string content(static_cast<size_t>(there), '\0');
  if (there > 0) open.real->xRead(file, content.data(), static_cast<int>(there), offset);
  return content;
}

void Undo(sqlite3_file* file, const OpenFile& open, const Unsynced& change) {
  if (!change.before.empty()) {
    open.real->xWrite(file, change.before.data(), static_cast<int>(change.before.size()), change.offset);
  }
  open.real->xTruncate(file, change.size_before);
}

// Each sector of the write arrives, or not.
void RedoTorn(sqlite3_file* file, const OpenFile& open, const Unsynced& change) {
  if (change.after.empty()) {
    open.real->xTruncate(file, change.offset);
    return;
  }
  for (size_t at = 0; at < change.after.size(); at += kSector) {
    if (disk->random() % 4 == 0) continue;
    const size_t length = std::min(kSector, change.after.size() - at);
    open.real->xWrite(file, change.after.data() + at, static_cast<int>(length),
                      change.offset + static_cast<int64_t>(at));
  }
}

[[noreturn]] void LosePower() {
  for (auto& [file, open] : disk->files) {
    for (auto change = open->unsynced.rbegin(); change != open->unsynced.rend(); ++change) Undo(file, *open, *change);
    for (const Unsynced& change : open->unsynced) {
      if (disk->random() % 2 == 0) RedoTorn(file, *open, change);
    }
  }
  std::_Exit(kExitPowerLost);
}

int FaultyWrite(sqlite3_file* file, const void* data, int length, sqlite3_int64 offset) {
  const std::lock_guard lock(disk->mutex);
  if (disk->fault == DiskFault::kFullDisk && offset + length > disk->fault_at) return SQLITE_FULL;
  OpenFile& open = *disk->files.at(file);
  open.unsynced.push_back({.offset = offset,
                           .before = ContentAt(file, open, offset, length),
                           .after = std::string(static_cast<const char*>(data), static_cast<size_t>(length)),
                           .size_before = SizeOf(file, open)});
  return open.real->xWrite(file, data, length, offset);
}

int FaultyTruncate(sqlite3_file* file, sqlite3_int64 size) {
  const std::lock_guard lock(disk->mutex);
  OpenFile& open = *disk->files.at(file);
  const int64_t before = SizeOf(file, open);
  open.unsynced.push_back(
      {.offset = size, .before = ContentAt(file, open, size, before - size), .size_before = before});
  return open.real->xTruncate(file, size);
}

int FaultySync(sqlite3_file* file, int /*flags*/) {
  const std::lock_guard lock(disk->mutex);
  if (++disk->syncs >= disk->fault_at && disk->fault != DiskFault::kFullDisk) {
    if (disk->fault == DiskFault::kFailSync) return SQLITE_IOERR_FSYNC;
    LosePower();
  }
  if (disk->fault != DiskFault::kLosePowerBehindLyingDisk) disk->files.at(file)->unsynced.clear();
  return SQLITE_OK;
}

int FaultyClose(sqlite3_file* file) {
  const std::lock_guard lock(disk->mutex);
  const auto found = disk->files.find(file);
  file->pMethods = found->second->real;
  const int code = file->pMethods->xClose(file);
  disk->files.erase(found);
  return code;
}

// The real file object stays as it is; only its table of methods is replaced.
int FaultyOpen(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = disk->real_vfs->xOpen(disk->real_vfs, name, file, flags, out_flags);
  if (code != SQLITE_OK || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return code;
  auto open = std::make_unique<OpenFile>();
  open->real = file->pMethods;
  open->methods = *file->pMethods;
  open->methods.xWrite = FaultyWrite;
  open->methods.xTruncate = FaultyTruncate;
  open->methods.xSync = FaultySync;
  open->methods.xClose = FaultyClose;
  file->pMethods = &open->methods;
  const std::lock_guard lock(disk->mutex);
  disk->files[file] = std::move(open);
  return SQLITE_OK;
}

}  // namespace

void InstallDiskFault(DiskFault fault, int64_t nth, uint32_t seed) {
  disk = new FaultyDisk{.fault = fault, .fault_at = nth, .random = std::mt19937(seed)};  // lives as long as SQLite
  disk->real_vfs = sqlite3_vfs_find(nullptr);
  disk->vfs = *disk->real_vfs;
  disk->vfs.zName = "faulty";
  disk->vfs.xOpen = FaultyOpen;
  if (sqlite3_vfs_register(&disk->vfs, /*makeDflt=*/1) != SQLITE_OK) std::abort();
}

}  // namespace schutznetz::storage
