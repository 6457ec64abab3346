#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "absl/time/time.h"

namespace schutznetz::cli {
namespace {

// Characters, counted as UTF-8 lead bytes: enough for German tables.
size_t Width(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

}  // namespace

void Table::Print() const {
  std::vector<size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - Width(row[i]) + 2, ' ');
    }
    std::printf("%s\n", line.c_str());
  }
}

Progress::Progress(std::string what, uint64_t total)
    : what_(std::move(what)), total_(std::max<uint64_t>(total, 1)), terminal_(isatty(STDERR_FILENO)) {}

void Progress::At(uint64_t done) {
  const int percent = static_cast<int>(std::min<uint64_t>(done * 100 / total_, 100));
  if (!terminal_ || percent == shown_percent_) return;
  shown_percent_ = percent;
  std::string bar(30, ' ');
  std::fill_n(bar.begin(), percent * 30 / 100, '#');
  std::fprintf(stderr, "\r%s [%s] %3d %%", what_.c_str(), bar.c_str(), percent);
}

void Progress::Done() {
  At(total_);
  std::fprintf(stderr, terminal_ ? "\n" : "%s: done\n", what_.c_str());
}

std::string TextAt(simdjson::dom::element element, std::initializer_list<std::string_view> path) {
  for (std::string_view name : path) {
    if (element.at_key(name).get(element) != simdjson::SUCCESS) return "";
  }
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(element);
}

std::vector<simdjson::dom::element> ListAt(simdjson::dom::element element, std::string_view name) {
  simdjson::dom::array array;
  std::vector<simdjson::dom::element> out;
  if (element.at_key(name).get(array) != simdjson::SUCCESS) return out;
  for (auto item : array) out.push_back(item);
  return out;
}

int ReportError(const Response& response) {
  const int exit = response.status >= 500 || response.status == 429 ? kUnavailable : kRefused;
  simdjson::dom::parser parser;
  simdjson::dom::element status;
  if (parser.parse(response.body).get(status) != simdjson::SUCCESS) {
    std::fprintf(stderr, "error: HTTP %ld\n", response.status);
    return exit;
  }
  std::fprintf(stderr, "error: %s\n", TextAt(status, {"message"}).c_str());
  for (auto detail : ListAt(status, "details")) {
    for (auto violation : ListAt(detail, "fieldViolations")) {
      std::fprintf(stderr, "  %s: %s\n", TextAt(violation, {"field"}).c_str(),
                   TextAt(violation, {"description"}).c_str());
    }
  }
  if (response.status == 401) {
    std::fprintf(stderr,
                 "Give a file with an access token with --token_file or SCHUTZNETZ_TOKEN_FILE (deploy/up writes "
                 "var/tokens/).\n");
  }
  return exit;
}

int Report(const Response& response, Format format, const std::function<void(simdjson::dom::element)>& print) {
  if (response.status / 100 != 2) return ReportError(response);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (format == Format::kJson || parser.parse(response.body).get(root) != simdjson::SUCCESS) {
    std::printf("%s\n", response.body.c_str());
  } else {
    print(root);
  }
  return kOk;
}

std::string GermanTime(const std::string& rfc3339) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, rfc3339, &time, nullptr)) return rfc3339;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/Berlin", &zone)) zone = absl::UTCTimeZone();
  static constexpr const char* kDays[] = {"Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."};
  const auto day = absl::GetWeekday(absl::ToCivilDay(time, zone));
  return std::string(kDays[static_cast<int>(day)]) + absl::FormatTime(", %d.%m.%Y, %H:%M", time, zone);
}

}  // namespace schutznetz::cli
