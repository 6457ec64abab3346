// The civil clock of Germany: instants as minutes of local time and back, and the public holidays.
//
// Minutes of local time count from 1970-01-01 00:00 as if no day ever had 23 or 25 hours. On the two days on which the
// clock changes the count stays monotone: a minute that is skipped is passed at the change; an hour that is repeated
// counts the first time and stands still on its last minute the second time. So "closes at 02:30" closes once, the
// first time the clock shows 02:30 (RFC 5545, 3.3.5, reads repeated times the same way).
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/common/time/holidays.h"

namespace schutznetz::civil {

// An instant with its local minute; made once per request and shared by all evaluations.
struct Moment {
  absl::Time instant;
  int32_t minute = 0;  // Local minutes since 1970-01-01 00:00, rounded down.
  // Local time minus UTC, and the minute from which it may be another. Set by Calendar::At; they only make InstantOf
  // faster.
  int32_t offset_s = 0;
  int32_t same_offset_until = 0;

  int32_t day() const { return minute >= 0 ? minute / 1440 : (minute - 1439) / 1440; }
};

// Immutable after Load, thread safe, cheap to pass by reference; copy it never (the holiday table is some 150 KiB).
class Calendar {
 public:
  // Reads Europe/Berlin from the system's time zone database.
  // FAILED_PRECONDITION: the database is not installed (package tzdata).
  static absl::StatusOr<Calendar> Load();

  Calendar(Calendar&&) = default;
  Calendar& operator=(Calendar&&) = default;

  // Instants outside the years 1970 to 4000 are moved to the nearer end of that range.
  Moment At(absl::Time instant) const;

  // The first instant at which the local clock shows this minute or a later one.
  absl::Time InstantOf(int32_t minute) const;

  // The same for a minute near a moment: a subtraction while the clock does not change between them.
  absl::Time InstantOf(int32_t minute, const Moment& near) const;

  // The instant at which the local day begins.
  absl::Time Midnight(absl::CivilDay day) const;

  static absl::CivilDay DayOf(int32_t day) { return absl::CivilDay(1970, 1, 1) + day; }
  static int32_t NumberOf(absl::CivilDay day) { return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1)); }

  const Holidays& holidays() const { return holidays_; }
  absl::TimeZone zone() const { return zone_; }

 private:
  explicit Calendar(absl::TimeZone zone) : zone_(zone) {}

  absl::TimeZone zone_;
  Holidays holidays_;
};

}  // namespace schutznetz::civil
