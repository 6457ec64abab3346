// When an entry of somebody else's calendar takes place. Internal to calendar/.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/events/calendar/content_lines.h"
#include "services/events/calendar/ical_owned.h"

namespace schutznetz::events {

struct IcalZoneFree {
  void operator()(icaltimezone* zone) const { icaltimezone_free(zone, 1); }
};
using OwnedZone = std::unique_ptr<icaltimezone, IcalZoneFree>;

// A zone of the IANA database, or one that the file describes itself.
struct CalendarZone {
  std::string name;  // of the database; empty for one of the file
  absl::TimeZone known;
  icaltimezone* described = nullptr;

  absl::Time InstantOf(const icaltimetype& local) const;
  icaltimetype LocalOf(absl::Time instant) const;
};

// The zones that a file speaks of. Immutable, not thread safe (libical computes their changes when asked).
class ZoneReader {
 public:
  // `default_zone` is of the IANA database.
  ZoneReader(const std::vector<CalendarBlock>& blocks, const std::string& default_zone);
  // The zone of a property by its TZID; nothing when nobody knows it. Names of the database win over descriptions.
  std::optional<CalendarZone> ZoneOf(icalproperty* property) const;
  // The database's zone in which sessions with times of `zone` are told.
  const std::string& NameFor(const CalendarZone& zone) const { return zone.name.empty() ? default_.name : zone.name; }

 private:
  CalendarZone default_;
  std::map<std::string, OwnedZone> described_;
};

struct Occurrence {
  absl::Time start;
  absl::Time end;
};

struct EntryTimes {
  std::string zone_name;
  std::vector<Occurrence> occurrences;  // ascending, at least one, each once
};

// Why an entry has no times that can be taken, and the property that says so.
struct TimeFault {
  const char* property = "DTSTART";
  std::string_view description;
};

// Fills `times`, or tells why not.
std::optional<TimeFault> ReadTimes(icalcomponent* entry, const ZoneReader& zones, EntryTimes* times);

}  // namespace schutznetz::events
