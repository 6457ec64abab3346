// The lines of a calendar file (RFC 5545, 3.1): unfolded, with their numbers, and the blocks they form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace schutznetz::events {

inline constexpr size_t kCalendarBytesMax = 256 * 1024;

// One unfolded line.
struct ContentLine {
  int number = 0;    // of its first line in the file, from 1
  std::string name;  // in capitals, without parameters: "DTSTART"
  std::string text;  // all of it
};

// A component directly below VCALENDAR, with all that is in it.
struct CalendarBlock {
  int line = 0;                    // of its BEGIN
  std::string kind;                // "VEVENT"
  std::vector<ContentLine> lines;  // from BEGIN to END
};

// Whatever calendars the file holds, in order. INVALID_ARGUMENT (INVALID_FIELD) names the line: not UTF-8, a NUL byte,
// a line that is none, a BEGIN without its END, a file too large or nested more than four deep.
absl::StatusOr<std::vector<CalendarBlock>> ReadBlocks(std::string_view file);

// The number of the first line with this name; that of the block itself without one.
int LineOf(const CalendarBlock& block, std::string_view name);

}  // namespace schutznetz::events
