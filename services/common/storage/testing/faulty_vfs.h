// A layer over SQLite's file access that fails on command. Tests only.
#pragma once

#include <cstdint>

namespace schutznetz::storage {

enum class DiskFault {
  kFailSync,   // this sync and all later ones return EIO
  kFullDisk,   // no file grows beyond `nth` bytes
  kLosePower,  // at this sync the power goes: of everything written since the last good sync of each file an arbitrary
               // part, torn at sectors and out of order, is on the disk; the process ends with exit code 75
  kLosePowerBehindLyingDisk,  // the same, on a disk that only says it synced: the control, which must lose data
};

// Makes a faulty VFS the default one. The fault comes at the `nth` sync (1 = the first) from now. Call it once per
// process, before the database is opened. Reads and writes are real, syncs only counted.
void InstallDiskFault(DiskFault fault, int64_t nth, uint32_t seed);

}  // namespace schutznetz::storage
