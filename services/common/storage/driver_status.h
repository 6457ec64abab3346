// What drivers report, as statuses. Internal to storage/.
//
// These are plain statuses with the driver's text, which errors::Presentable drops before anything leaves the process.
// Driver texts used here name tables, columns and constraints, never values.
#pragma once

#include "absl/status/status.h"

namespace schutznetz::storage {

// Marks an UNAVAILABLE status as "a lock was not granted in time".
absl::Status MarkedAsLockTimeout(absl::Status status);
bool IsLockTimeout(const absl::Status& status);

// UNAVAILABLE: the queue is full or the database is away; says when to come back.
absl::Status RefusedForNow();

}  // namespace schutznetz::storage
