// Reads CSV as RFC 4180 describes it: commas, quotes doubled inside of quotes, records ending with LF or CRLF.
//
//   CsvReader reader(text, 1);
//   while (reader.Next(&row)) …              // row.line: where the record begins
//   if (!reader.fault().empty()) …           // at reader.line()
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::events {

struct CsvRow {
  int64_t line = 0;
  std::vector<std::string> values;
  std::vector<int64_t> lines;  // where each value begins
};

// Strict: a quote inside of a value without quotes, text behind a closing quote, and a quote that is not closed end the
// reading. Empty lines are skipped. A byte order mark at the beginning is skipped. Not thread safe.
class CsvReader {
 public:
  static constexpr size_t kColumnsMax = 200;

  // `text` must outlive it. `first_line`: the number of its first line.
  CsvReader(std::string_view text, int64_t first_line);

  // False at the end, and at a fault.
  bool Next(CsvRow* row);
  // What ended the reading; empty at a regular end.
  std::string_view fault() const { return fault_; }
  // The line reached.
  int64_t line() const { return line_; }

 private:
  bool ReadValue(std::string* value);
  bool ReadQuoted(std::string* value);
  // At the end of a value: a comma, an end of line, or the end. False, with a fault, for anything else.
  bool EndValue(bool* more);
  bool TakeLineEnd();
  bool Fail(std::string_view sentence);

  std::string_view rest_;
  int64_t line_;
  std::string_view fault_;
};

}  // namespace schutznetz::events
