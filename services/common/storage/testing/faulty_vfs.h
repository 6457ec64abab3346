// A layer over SQLite's file access that fails on command. Tests only.
#pragma once

#include <cstdint>

namespace schutznetz::storage {

// Makes the default VFS one whose syncs fail with EIO from the `nth` sync (1 = the first) after this call on. Before
// the database is opened; for the whole process, once.
void FailSyncsFrom(int64_t nth);

// Syncs seen since FailSyncsFrom.
int64_t SyncsSeen();

}  // namespace schutznetz::storage
