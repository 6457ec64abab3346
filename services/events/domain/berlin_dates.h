// Days as this country counts them.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace schutznetz::events {

// Europe/Berlin of the system's time zone database; UTC where it is not installed (the programs do not start then).
absl::TimeZone Berlin();

// "2027-03-09": the day in Berlin.
std::string DateOf(absl::Time time);
std::string DateText(absl::CivilDay day);
// "9. März 2027". Texts that are no date come back as they are.
std::string GermanDate(std::string_view date);
// Days in the form of the field option DATE compare as texts; this reads one. The first day of all when it is none.
absl::CivilDay DayOf(std::string_view date);

}  // namespace schutznetz::events
