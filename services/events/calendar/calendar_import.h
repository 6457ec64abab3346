// Events from a calendar file of somebody else (RFC 5545), as drafts.
//
// Taken are VEVENTs: title, text, place, times (with their series, written out as sessions), link, categories. Not
// taken are people: organizers, attendees, contacts, comments. What cannot be taken is told by its line, and nothing is
// guessed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "schutznetz/events/v1/event.pb.h"

namespace schutznetz::events {

inline constexpr int kSessionsMax = 100;  // of an event, and so of a series

// An event of the file. It has no organizer, type or Land yet.
struct ImportedEvent {
  int line = 0;     // of its BEGIN
  std::string uid;  // empty when the file gives none
  v1::Event event;
};

// What was not taken.
struct ImportRefusal {
  int line = 0;
  std::string description;  // a sentence; never content of the file
};

struct CalendarImport {
  std::vector<ImportedEvent> events;
  std::vector<ImportRefusal> refusals;  // in order of lines
};

// INVALID_ARGUMENT as ReadBlocks: the file is no calendar. Times without a zone, and whole days, are those of
// `zone_name`.
absl::StatusOr<CalendarImport> ReadCalendar(std::string_view file, const std::string& zone_name = "Europe/Berlin");

}  // namespace schutznetz::events
