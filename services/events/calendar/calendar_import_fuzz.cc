// A calendar file is strangers' bytes: what is taken from it can be told as a calendar, and that one is taken again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/events/calendar/calendar_import.h"
#include "services/events/calendar/event_calendar.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schutznetz::events;
  const auto import = ReadCalendar(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!import.ok()) return 0;
  for (ImportedEvent imported : import->events) {
    imported.event.set_name("events/fuzz");
    int number = 0;
    for (v1::Session& session : *imported.event.mutable_sessions()) {
      session.set_session_id("s" + std::to_string(++number));
      if (session.end_time().seconds() <= session.start_time().seconds()) std::abort();
    }
    if (number == 0 || number > kSessionsMax) std::abort();
    const auto again = ReadCalendar(CalendarFeed({{&imported.event}}, "fuzz", {}));
    // Texts may have grown by escapes beyond what a file may hold; that is all.
    if (!again.ok() || again->events.size() != static_cast<size_t>(number)) {
      if (imported.event.display_name().empty() || !again.ok()) continue;
      std::abort();
    }
  }
  return 0;
}
