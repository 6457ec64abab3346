#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/http_client.h"

// What people see: tables, progress, errors and exit codes, in one place.
namespace schutznetz::cli {

// Exit codes of the program.
enum Exit : int {
  kOk = 0,
  kRefused = 1,      // the server refused: bad input, missing, not allowed, conflict
  kUsage = 2,        // the command line is wrong
  kUnavailable = 3,  // no answer, or the server cannot answer now: try again
};

enum class Format { kTable, kJson };

// Rows of text with a header line, columns as wide as their widest cell (in characters, not bytes).
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }
  // Prints to stdout.
  void Print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// A progress bar on stderr; silent when stderr is no terminal, except for the last line.
class Progress {
 public:
  Progress(std::string what, uint64_t total);
  void At(uint64_t done);
  void Done();

 private:
  std::string what_;
  uint64_t total_;
  int shown_percent_ = -1;
  bool terminal_;
};

// The value at a path of member names, as text; numbers and booleans printed; "" when absent.
std::string TextAt(simdjson::dom::element element, std::initializer_list<std::string_view> path);

// The members of the array at `name`; empty when absent.
std::vector<simdjson::dom::element> ListAt(simdjson::dom::element element, std::string_view name);

// Prints the error of an answer that is not 2xx to stderr, with every field at fault, and returns the exit code for it.
int ReportError(const Response& response);

// The answer as the user wants it: JSON as it came (so too what is no JSON), or taken apart by `print`; an answer that
// is not 2xx goes to ReportError. Returns the exit code.
int Report(const Response& response, Format format, const std::function<void(simdjson::dom::element)>& print);

// Weekday, date and time in Germany: "So., 22.11.2026, 02:00"; "" for an empty text.
std::string GermanTime(const std::string& rfc3339);

}  // namespace schutznetz::cli
