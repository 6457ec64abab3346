// A signed statement about the audit log that leaves the system: this many entries, this hash of the last one.
//
// Its text is one word, so that it survives any log pipeline:
//   sn-audit-1;<log>;<count>;<time, microseconds since 1970>;<SHA-256 of line `count`>;<ed25519 signature>
// The signature covers everything before the last semicolon.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/common/audit/audit_key.h"

namespace schutznetz::audit {

struct Checkpoint {
  std::string log;
  int64_t count = 0;
  absl::Time time;   // to the microsecond
  std::string head;  // 64 hex digits
};

std::string SignedText(const Checkpoint& checkpoint, const AuditKey& key);

// INVALID_ARGUMENT: not of that form. PERMISSION_DENIED: signed by none of `public_keys`.
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view text, absl::Span<const std::string> public_keys);

// The first checkpoint text in a line of anything (a log line, a mail); empty when there is none.
std::string_view FindCheckpoint(std::string_view line);

}  // namespace schutznetz::audit
