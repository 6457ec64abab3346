// The situations that only the directory can report, one function each. Their conversion is that of common/errors.
#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace schutznetz::directory {

// FAILED_PRECONDITION (WRONG_STATE): pieces are missing, so the import cannot be applied.
absl::Status ImportNotComplete();
// FAILED_PRECONDITION (WRONG_STATE): the last piece was taken, so no more can be.
absl::Status ImportComplete();
// FAILED_PRECONDITION (WRONG_STATE): it has been written, or given up; `state` is the name of the state.
absl::Status ImportOver(const char* state);
// FAILED_PRECONDITION (WRONG_STATE): it is being written already.
absl::Status ImportApplying();
// RESOURCE_EXHAUSTED (SIZE_LIMIT): more bytes than an import may have.
absl::Status ImportTooLarge(int64_t bytes);
// RESOURCE_EXHAUSTED (SIZE_LIMIT): more distinct records than an import may have.
absl::Status ImportTooManyRecords(int64_t count);

// Limits of one import: the real files have 16 MB and 17,000 lines.
inline constexpr int64_t kImportBytesMax = int64_t{1} << 30;
inline constexpr int64_t kImportRecordsMax = 200'000;
inline constexpr int64_t kImportRefusalsMax = 10'000;  // listed; all are counted

}  // namespace schutznetz::directory
