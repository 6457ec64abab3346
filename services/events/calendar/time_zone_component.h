// A time zone as calendars tell it to each other (VTIMEZONE, RFC 5545, 3.6.5).
#pragma once

#include <string>

#include "absl/time/time.h"
#include "services/events/calendar/ical_owned.h"

namespace schutznetz::events {

// The zone `name` of the IANA database with every change of its clock from a year before `first` until a year after
// `last`, as this machine's database has them: no rule is guessed. At most fifty years are told.
OwnedComponent TimeZoneComponent(const std::string& name, absl::TimeZone zone, absl::Time first, absl::Time last);

}  // namespace schutznetz::events
