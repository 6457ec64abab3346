#include "services/events/domain/berlin_dates.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace schutznetz::events {

absl::TimeZone Berlin() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone berlin;
    return absl::LoadTimeZone("Europe/Berlin", &berlin) ? berlin : absl::UTCTimeZone();
  }();
  return zone;
}

std::string DateOf(absl::Time time) { return DateText(absl::ToCivilDay(time, Berlin())); }

std::string DateText(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

absl::CivilDay DayOf(std::string_view date) {
  absl::CivilDay day;
  return absl::ParseCivilTime(std::string(date), &day) ? day : absl::CivilDay();
}

std::string GermanDate(std::string_view date) {
  static constexpr std::array<const char*, 12> kMonths = {"Januar",    "Februar", "März",     "April",
                                                          "Mai",       "Juni",    "Juli",     "August",
                                                          "September", "Oktober", "November", "Dezember"};
  absl::CivilDay day;
  if (!absl::ParseCivilTime(std::string(date), &day)) return std::string(date);
  return absl::StrCat(day.day(), ". ", kMonths[static_cast<size_t>(day.month() - 1)], " ", day.year());
}

}  // namespace schutznetz::events
