// One entry of the audit log: who did what to which object, and never what the object says.
//
// An entry is one line of JSON in one exact form, made once and kept as it is:
//   {"log":"directory-3f…","sequence":17,"time":"2026-03-02T10:00:00.000000Z","actor":"…","act":"READ",
//    "kind":"service","object":"services/x","fields":["phones"],"method":"GetService","request":"…","trace":"…",
//    "previous":"<SHA-256 of the line before, 64 hex digits>"}
// (without line breaks). So anybody can check the chain with sha256sum and ten lines of script; docs/audit.md has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace schutznetz::audit {

// What was done. Closed: a new act is added here and in docs/audit.md. Numbers are not stored.
enum class Act {
  kRead,  // an answer held values above PUBLIC
  kWrite,
  kGrant,
  kRevoke,
  kProtectionRaised,
  kProtectionLowered,
  kExport,
  kErase,
  kKeyCreated,
  kKeyRevoked,
  kTokenGiven,
  kTokenRefused,
};
inline constexpr int kActCount = static_cast<int>(Act::kTokenRefused) + 1;
std::string_view NameOf(Act act);  // "READ"

// What happened. Every text is at most 200 bytes of A-Z a-z 0-9 and _ . / * # : -, so that it cannot hold content.
struct Fact {
  Act act = Act::kRead;
  std::string kind;                 // "service"
  std::string object;               // resource name, "services/x"; empty where there is no single one
  std::vector<std::string> fields;  // names only, at most 64
  std::string principal;            // whose entry it is, when not the caller's: a second person of the act. Not stored
};

// Under which call. Texts as above.
struct CallNames {
  std::string principal;  // opaque id; the log keeps its pseudonym only. Empty: the public
  std::string method;     // "GetService"
  std::string request_id;
  std::string trace_id;
};

struct Entry {
  std::string log;
  int64_t sequence = 0;  // 1, 2, … without gaps
  absl::Time time;       // to the microsecond
  std::string actor;     // pseudonym (audit_key.h)
  Fact fact;
  std::string method;
  std::string request_id;
  std::string trace_id;
  std::string previous;
};

inline constexpr size_t kFieldsMax = 64;
inline constexpr size_t kTextBytesMax = 200;
inline constexpr size_t kLineBytesMax = 16384;

// INTERNAL unless all texts are of the form above: nothing else may enter the log.
absl::Status CheckEntry(const Entry& entry);

// The line, without a line feed. The entry must have passed CheckEntry.
std::string LineOf(const Entry& entry);
// The same without sequence and previous, which the database puts in.
struct LineAround {
  std::string before_sequence;
  std::string before_previous;
  std::string end;
};
LineAround LineAroundOf(const Entry& entry);

// The entry of a line. INVALID_ARGUMENT unless it is exactly what LineOf makes of some entry.
absl::StatusOr<Entry> ParseLine(std::string_view line);

// SHA-256 of a line in hex.
std::string HashOf(std::string_view line);

// What the first entry of a log names as `previous`.
std::string GenesisOf(std::string_view log);

}  // namespace schutznetz::audit
