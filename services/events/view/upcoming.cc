#include "services/events/view/upcoming.h"

namespace schutznetz::events {

std::vector<std::string> EventsBeginning(const EventsVersion& version, absl::Time from, absl::Time to) {
  const int64_t after_us = absl::ToUnixMicros(from), until_us = absl::ToUnixMicros(to);
  std::vector<std::string> names;
  // Whatever begins later ends later: the walk is over what is not over yet.
  version.times.VisitFrom(TimeItem{after_us, 0, 0}, [&](const TimeItem& item) {
    if (item.start_us <= after_us || item.start_us > until_us) return true;
    const EventEntry* const entry = version.entries.Get(item.slot);
    if (entry != nullptr && entry->event.state() == v1::Event::PUBLISHED) names.push_back(entry->name);
    return true;
  });
  return names;
}

}  // namespace schutznetz::events
