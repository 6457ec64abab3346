#include "services/events/imports/csv_reader.h"

#include <algorithm>

namespace schutznetz::events {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

CsvReader::CsvReader(std::string_view text, int64_t first_line) : rest_(text), line_(first_line) {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

bool CsvReader::Fail(std::string_view sentence) {
  fault_ = sentence;
  rest_ = {};
  return false;
}

bool CsvReader::TakeLineEnd() {
  const size_t size = rest_.starts_with("\r\n") ? 2 : rest_.starts_with("\n") ? 1 : 0;
  rest_.remove_prefix(size);
  if (size > 0) ++line_;
  return size > 0;
}

bool CsvReader::Next(CsvRow* row) {
  while (TakeLineEnd()) {
  }
  if (rest_.empty()) return false;
  *row = CsvRow();
  row->line = line_;
  for (bool more = true; more;) {
    if (row->values.size() == kColumnsMax) return Fail("The record has more than 200 values.");
    row->lines.push_back(line_);
    if (!ReadValue(&row->values.emplace_back()) || !EndValue(&more)) return false;
  }
  return true;
}

bool CsvReader::ReadValue(std::string* value) {
  if (rest_.starts_with('"')) return ReadQuoted(value);
  const size_t size = std::min(rest_.find_first_of(",\n\r\""), rest_.size());
  value->assign(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return rest_.starts_with('"') ? Fail("A quote stands inside of a value without quotes.") : true;
}

bool CsvReader::ReadQuoted(std::string* value) {
  rest_.remove_prefix(1);
  for (;;) {
    const size_t size = rest_.find('"');
    if (size == std::string_view::npos) return Fail("A quote is not closed.");
    const std::string_view part = rest_.substr(0, size);
    line_ += std::count(part.begin(), part.end(), '\n');
    value->append(part);
    rest_.remove_prefix(size + 1);
    if (!rest_.starts_with('"')) return true;
    value->push_back('"');
    rest_.remove_prefix(1);
  }
}

bool CsvReader::EndValue(bool* more) {
  *more = rest_.starts_with(',');
  if (*more) {
    rest_.remove_prefix(1);
    return true;
  }
  if (rest_.empty() || TakeLineEnd()) return true;
  return Fail(rest_.front() == '\r' ? "A carriage return without a line feed." : "Text stands behind a closing quote.");
}

}  // namespace schutznetz::events
