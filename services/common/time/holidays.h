// Public holidays of Germany, computed: those of the whole country, of one Land, of some municipalities and of some
// years.
//
// Holidays are law of the Länder, so that the answer depends on a place. A place is named by an area key: Land "09",
// Kreis "09761", Gemeinde "09761000", district "11000000-08". With a coarser key only what holds in the whole of that
// area counts; keys that are no official municipality keys (police districts, "00") get the days of the whole country.
//
// Known limits: Mariä Himmelfahrt in Bavaria follows a list of municipalities that may be incomplete (holidays.cc says
// what it is made from); districts (Ortsteile) of a Gemeinde with a holiday of their own are not told apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

namespace schutznetz::civil {

// The places that share all their holidays. Small and copyable: resolve a key once, ask for many days.
class HolidayRegion {
 public:
  // The whole country: only what is a holiday in every Land.
  constexpr HolidayRegion() = default;
  friend bool operator==(HolidayRegion, HolidayRegion) = default;

 private:
  friend class Holidays;
  constexpr explicit HolidayRegion(uint8_t index) : index_(index) {}
  uint8_t index_ = 0;
};

// One day that is a holiday somewhere.
struct Holiday {
  std::string_view name;  // German: "Fronleichnam".
  std::string_view law;   // Where it stands, for example "FTG BY Art. 1". Both live as long as the program.
};

// Immutable after construction and therefore thread safe. Construction computes a table of the years below (a few
// milliseconds); days outside it are computed when asked. Nothing is known of the years before kFirstYear.
class Holidays {
 public:
  static constexpr int kFirstYear = 1995;
  static constexpr int kLastTableYear = 2100;

  Holidays();

  // Never fails: an unknown key is the whole country.
  static HolidayRegion RegionOf(std::string_view area_key);

  // One table look-up, a few nanoseconds.
  bool IsHoliday(absl::CivilDay day, HolidayRegion region) const;
  bool IsHoliday(int32_t days_since_1970, HolidayRegion region) const;

  // The holiday of that day, absent on other days.
  std::optional<Holiday> On(absl::CivilDay day, HolidayRegion region) const;
  std::optional<Holiday> On(absl::CivilDay day, std::string_view area_key) const { return On(day, RegionOf(area_key)); }

 private:
  std::vector<uint32_t> regions_by_day_;  // Bit n: holiday in region n. Begins on 1 January of kFirstYear.
};

// Easter Sunday of the Gregorian calendar (Gauss's rule in the form of Meeus, Jones and Butcher).
absl::CivilDay EasterSunday(int year);

// Buß- und Bettag: the Wednesday before 23 November.
absl::CivilDay RepentanceDay(int year);

}  // namespace schutznetz::civil
