#include "services/events/calendar/content_lines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/wire/utf8.h"

namespace schutznetz::events {
namespace {

constexpr size_t kUnfoldedMax = 64 * 1024;
constexpr size_t kDepthMax = 4;
constexpr size_t kBlocksMax = 1000;

absl::Status LineFault(int number, std::string_view what) {
  return errors::InvalidField("data", absl::StrCat("Line ", number, ": ", std::string(what)));
}

bool IsClean(std::string_view line) {
  const char* at = line.data();
  const char* const end = at + line.size();
  while (at < end) {
    const wire::Decoded decoded = wire::DecodeUtf8(at, end);
    if (decoded.size == 0 || decoded.code_point == 0) return false;
    at += decoded.size;
  }
  return true;
}

// The name before the first ":" or ";".
std::string NameOf(std::string_view line) {
  const std::string_view name = line.substr(0, line.find_first_of(":;"));
  if (name.empty() || name.size() == line.size()) return "";
  const bool is_name = std::all_of(name.begin(), name.end(),
                                   [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; });
  return is_name ? absl::AsciiStrToUpper(absl::string_view(name.data(), name.size())) : "";
}

absl::StatusOr<std::vector<ContentLine>> Unfold(std::string_view file) {
  std::vector<ContentLine> lines;
  if (file.starts_with("\xef\xbb\xbf")) file.remove_prefix(3);
  for (int number = 1; !file.empty(); ++number) {
    const size_t end = std::min(file.find('\n'), file.size());
    std::string_view line = file.substr(0, end);
    file.remove_prefix(std::min(end + 1, file.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (continues && lines.empty()) return LineFault(number, "Continues no line.");
    if (!continues) lines.push_back({number, "", ""});
    if (continues) line.remove_prefix(1);
    if (lines.back().text.size() + line.size() > kUnfoldedMax) return LineFault(number, "Is longer than 64 KiB.");
    lines.back().text.append(line);
  }
  for (ContentLine& line : lines) {
    if (!IsClean(line.text)) return LineFault(line.number, "Is not UTF-8.");
    line.name = NameOf(line.text);
    if (line.name.empty()) return LineFault(line.number, "Is not NAME:value.");
  }
  return lines;
}

std::string ComponentOf(const ContentLine& line) {
  const std::string_view text = line.text;
  const std::string_view kind = text.substr(std::min(text.find(':') + 1, text.size()));
  return absl::AsciiStrToUpper(absl::StripAsciiWhitespace(absl::string_view(kind.data(), kind.size())));
}

// Follows BEGIN and END.
class Nesting {
 public:
  // The depth that `line` belongs to: BEGIN and END to that of their component.
  absl::StatusOr<size_t> DepthOf(const ContentLine& line) {
    if (line.name == "BEGIN") {
      open_.emplace_back(ComponentOf(line), line.number);
      if (open_.size() > kDepthMax) return LineFault(line.number, "Is nested more than four deep.");
      if (open_.size() == 1 && open_[0].first != "VCALENDAR") return LineFault(line.number, "Begins no VCALENDAR.");
      return open_.size();
    }
    if (open_.empty()) return LineFault(line.number, "Stands outside of a VCALENDAR.");
    const size_t depth = open_.size();
    if (line.name != "END") return depth;
    if (open_.back().first != ComponentOf(line)) return LineFault(line.number, "Ends what did not begin.");
    open_.pop_back();
    return depth;
  }
  absl::Status CheckClosed() const {
    return open_.empty() ? absl::OkStatus() : LineFault(open_.back().second, "Has no END.");
  }
  const std::string& innermost() const { return open_.back().first; }

 private:
  std::vector<std::pair<std::string, int>> open_;
};

}  // namespace

absl::StatusOr<std::vector<CalendarBlock>> ReadBlocks(std::string_view file) {
  if (file.size() > kCalendarBytesMax) return errors::SizeLimit("The calendar", kCalendarBytesMax, file.size());
  ASSIGN_OR_RETURN(std::vector<ContentLine> lines, Unfold(file));
  if (lines.empty()) return LineFault(1, "Is no calendar.");
  std::vector<CalendarBlock> blocks;
  Nesting nesting;
  for (ContentLine& line : lines) {
    ASSIGN_OR_RETURN(const size_t depth, nesting.DepthOf(line));
    if (depth < 2) continue;
    if (depth == 2 && line.name == "BEGIN") {
      if (blocks.size() == kBlocksMax) return LineFault(line.number, "Begins more than 1,000 entries.");
      blocks.push_back({line.number, nesting.innermost(), {}});
    }
    blocks.back().lines.push_back(std::move(line));
  }
  RETURN_IF_ERROR(nesting.CheckClosed());
  return blocks;
}

int LineOf(const CalendarBlock& block, std::string_view name) {
  for (const ContentLine& line : block.lines) {
    if (line.name == name) return line.number;
  }
  return block.line;
}

}  // namespace schutznetz::events
