#include "services/events/imports/imported_records.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/common/rpc/digest.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kTranslations = ".translations[";

// The number at the beginning of "12]…"; nothing below it: 0.
size_t IndexAt(std::string_view text) {
  uint32_t index = 0;
  const std::string_view digits = text.substr(0, text.find(']'));
  return absl::SimpleAtoi(absl::string_view(digits.data(), digits.size()), &index) ? index : 0;
}

}  // namespace

int64_t ImportedRecord::LineOf(std::string_view path) const {
  const size_t end = path.find_first_of(".[");
  const auto found = lines.find(path.substr(0, end));
  if (found == lines.end() || found->second.empty()) return line;
  size_t index = 0;
  if (end != std::string_view::npos) {
    const std::string_view rest = path.substr(end);
    if (rest.front() == '[') index = IndexAt(rest.substr(1));
    if (rest.starts_with(kTranslations)) index = IndexAt(rest.substr(kTranslations.size()));
  }
  return found->second[index < found->second.size() ? index : 0];
}

void ImportedFile::Refuse(int64_t line, std::string_view field, std::string_view reason) {
  v1::ImportedRefusal& refusal = refusals.emplace_back();
  refusal.set_line(line);
  refusal.set_field(std::string(field));
  refusal.set_reason(std::string(reason));
}

std::string IdOfSource(std::string_view source) {
  constexpr size_t kDigestBytes = 12;  // 96 bits: no two of a few million meet
  const std::string digest = rpc::Sha256(source).substr(0, kDigestBytes);
  return absl::StrCat("src-", absl::BytesToHexString(digest));
}

}  // namespace schutznetz::events
