#include "services/common/audit/entry.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"

namespace schutznetz::audit {
namespace {

constexpr std::array<std::string_view, kActCount> kActNames = {
    "READ",   "WRITE", "GRANT",       "REVOKE",      "PROTECTION_RAISED", "PROTECTION_LOWERED",
    "EXPORT", "ERASE", "KEY_CREATED", "KEY_REVOKED", "TOKEN_GIVEN",       "TOKEN_REFUSED"};
constexpr char kTimeForm[] = "%Y-%m-%dT%H:%M:%E6SZ";

bool IsPlain(std::string_view text) {
  constexpr std::string_view kOthers = "_./*#:-";
  return text.size() <= kTextBytesMax && std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kOthers.find(c) != std::string_view::npos;
         });
}

// Reads a line from left to right; after a first mistake everything fails.
class Scanner {
 public:
  explicit Scanner(std::string_view rest) : rest_(rest) {}

  bool Take(std::string_view expected) {
    ok_ = ok_ && rest_.starts_with(expected);
    if (ok_) rest_.remove_prefix(expected.size());
    return ok_;
  }
  // ,"key":"value"
  std::string Text(std::string_view frame) {
    Take(frame);
    const size_t end = rest_.find('"');
    if (!ok_ || end == std::string_view::npos) return Fail();
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }
  int64_t Number(std::string_view frame) {
    Take(frame);
    int64_t number = 0;
    const auto result = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    ok_ = ok_ && result.ec == std::errc();
    if (ok_) rest_.remove_prefix(static_cast<size_t>(result.ptr - rest_.data()));
    return number;
  }
  std::vector<std::string> Texts(std::string_view frame) {
    std::vector<std::string> texts;
    Take(frame);
    while (ok_ && !rest_.starts_with("]") && texts.size() <= kFieldsMax) {
      if (!texts.empty()) Take(",");
      texts.push_back(Text("\""));
    }
    Take("]");
    return texts;
  }
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  std::string Fail() {
    ok_ = false;
    return {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<Act> ActNamed(std::string_view name) {
  const auto found = std::find(kActNames.begin(), kActNames.end(), name);
  if (found == kActNames.end()) return std::nullopt;
  return static_cast<Act>(found - kActNames.begin());
}

std::string Hex(const unsigned char* bytes, size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

}  // namespace

std::string_view NameOf(Act act) { return kActNames[static_cast<size_t>(act)]; }

absl::Status CheckEntry(const Entry& entry) {
  const Fact& fact = entry.fact;
  bool ok = fact.fields.size() <= kFieldsMax && std::all_of(fact.fields.begin(), fact.fields.end(), IsPlain);
  for (const std::string* text : {&entry.log, &entry.actor, &fact.kind, &fact.object, &entry.method, &entry.request_id,
                                  &entry.trace_id, &entry.previous}) {
    ok = ok && IsPlain(*text);
  }
  return ok ? absl::OkStatus() : errors::Internal("an audit entry holds what is no name");
}

std::string LineOf(const Entry& entry) {
  const LineAround around = LineAroundOf(entry);
  return absl::StrCat(around.before_sequence, entry.sequence, around.before_previous, entry.previous, around.end);
}

LineAround LineAroundOf(const Entry& entry) {
  LineAround around = {.before_sequence = absl::StrCat(R"({"log":")", entry.log, R"(","sequence":)"), .end = R"("})"};
  std::string& line = around.before_previous;
  line.reserve(384);
  absl::StrAppend(&line, R"(,"time":")", absl::FormatTime(kTimeForm, entry.time, absl::UTCTimeZone()), R"(","actor":")",
                  entry.actor);
  const std::string_view act = NameOf(entry.fact.act);
  absl::StrAppend(&line, R"(","act":")", absl::string_view(act.data(), act.size()), R"(","kind":")", entry.fact.kind,
                  R"(","object":")", entry.fact.object, R"(","fields":[)");
  for (const std::string& field : entry.fact.fields) {
    absl::StrAppend(&line, &field == &entry.fact.fields.front() ? "\"" : ",\"", field, "\"");
  }
  absl::StrAppend(&line, R"(],"method":")", entry.method, R"(","request":")", entry.request_id, R"(","trace":")",
                  entry.trace_id, R"(","previous":")");
  return around;
}

absl::StatusOr<Entry> ParseLine(std::string_view line) {
  const absl::Status refused = absl::InvalidArgumentError("The line is not an audit entry.");
  if (line.size() > kLineBytesMax) return refused;
  Scanner scanner(line);
  Entry entry;
  entry.log = scanner.Text(R"({"log":")");
  entry.sequence = scanner.Number(R"(,"sequence":)");
  const std::string time = scanner.Text(R"(,"time":")");
  entry.actor = scanner.Text(R"(,"actor":")");
  const std::optional<Act> act = ActNamed(scanner.Text(R"(,"act":")"));
  entry.fact.kind = scanner.Text(R"(,"kind":")");
  entry.fact.object = scanner.Text(R"(,"object":")");
  entry.fact.fields = scanner.Texts(R"(,"fields":[)");
  entry.method = scanner.Text(R"(,"method":")");
  entry.request_id = scanner.Text(R"(,"request":")");
  entry.trace_id = scanner.Text(R"(,"trace":")");
  entry.previous = scanner.Text(R"(,"previous":")");
  scanner.Take("}");
  std::string error;
  if (!scanner.AtEnd() || !act.has_value() || !absl::ParseTime(kTimeForm, time, &entry.time, &error)) return refused;
  entry.fact.act = *act;
  // One form only: a second way to write the same entry would be a way to change a line unseen by readers.
  if (!CheckEntry(entry).ok() || LineOf(entry) != line) return refused;
  return entry;
}

std::string HashOf(std::string_view line) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(line.data()), line.size());
  return Hex(hash, sizeof hash);
}

std::string GenesisOf(std::string_view log) { return HashOf(log); }

}  // namespace schutznetz::audit
