#include "services/common/audit/checkpoint.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace schutznetz::audit {
namespace {

constexpr std::string_view kForm = "sn-audit-1";
constexpr size_t kParts = 6;
constexpr size_t kTextBytesMaxOfCheckpoint = 500;

std::string Unsigned(const Checkpoint& checkpoint) {
  return absl::StrCat("sn-audit-1;", checkpoint.log, ";", checkpoint.count, ";", absl::ToUnixMicros(checkpoint.time),
                      ";", checkpoint.head);
}

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ';';
}

}  // namespace

std::string SignedText(const Checkpoint& checkpoint, const AuditKey& key) {
  const std::string text = Unsigned(checkpoint);
  return absl::StrCat(text, ";", key.Sign(text));
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view text, absl::Span<const std::string> public_keys) {
  const absl::Status malformed = absl::InvalidArgumentError("The text is not a checkpoint.");
  if (text.size() > kTextBytesMaxOfCheckpoint) return malformed;
  const std::vector<std::string> parts = absl::StrSplit(absl::string_view(text.data(), text.size()), ';');
  if (parts.size() != kParts || parts[0] != kForm) return malformed;
  Checkpoint checkpoint{.log = parts[1], .head = parts[4]};
  int64_t micros = 0;
  if (!absl::SimpleAtoi(parts[2], &checkpoint.count) || !absl::SimpleAtoi(parts[3], &micros)) return malformed;
  checkpoint.time = absl::FromUnixMicros(micros);
  const std::string covered = Unsigned(checkpoint);
  if (absl::StrCat(covered, ";", parts[5]) != text || checkpoint.count < 1 || checkpoint.head.size() != 64) {
    return malformed;
  }
  const bool is_signed = std::any_of(public_keys.begin(), public_keys.end(),
                                     [&](const std::string& key) { return IsSigned(key, covered, parts[5]); });
  if (!is_signed) return absl::PermissionDeniedError("The checkpoint is signed by none of the known keys.");
  return checkpoint;
}

std::string_view FindCheckpoint(std::string_view line) {
  const size_t start = line.find(kForm);
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start);
  const auto end = std::find_if_not(line.begin(), line.end(), IsWordCharacter);
  return line.substr(0, static_cast<size_t>(end - line.begin()));
}

}  // namespace schutznetz::audit
