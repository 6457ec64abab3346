#include "services/events/calendar/time_zone_component.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace schutznetz::events {
namespace {

constexpr absl::Duration kYear = absl::Hours(24 * 366);

// Changes of the clock that are alike: told as one observance with several dates.
struct Observance {
  bool is_daylight = false;
  int offset_from = 0;
  int offset_to = 0;
  std::string name;
  friend auto operator<=>(const Observance&, const Observance&) = default;
};

icaltimetype LocalTime(absl::CivilSecond second) {
  icaltimetype time = icaltime_null_time();
  time.year = static_cast<int>(second.year());
  time.month = second.month();
  time.day = second.day();
  time.hour = second.hour();
  time.minute = second.minute();
  time.second = second.second();
  return time;
}

// When the clock goes back, the time it goes back to is told twice: the change is between.
absl::Time InstantOfChange(const absl::TimeZone::CivilTransition& change, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo info = zone.At(change.to);
  return info.kind == absl::TimeZone::TimeInfo::REPEATED ? info.trans : info.pre;
}

OwnedComponent ObservanceComponent(const Observance& observance, const std::vector<absl::CivilSecond>& starts) {
  OwnedComponent part = NewComponent(observance.is_daylight ? ICAL_XDAYLIGHT_COMPONENT : ICAL_XSTANDARD_COMPONENT);
  icalcomponent_add_property(part.get(), icalproperty_new_tzname(observance.name.c_str()));
  icalcomponent_add_property(part.get(), icalproperty_new_tzoffsetfrom(observance.offset_from));
  icalcomponent_add_property(part.get(), icalproperty_new_tzoffsetto(observance.offset_to));
  icalcomponent_add_property(part.get(), icalproperty_new_dtstart(LocalTime(starts.front())));
  for (size_t i = 1; i < starts.size(); ++i) {
    icaldatetimeperiodtype date = {};
    date.time = LocalTime(starts[i]);
    date.period = icalperiodtype_null_period();
    icalcomponent_add_property(part.get(), icalproperty_new_rdate(date));
  }
  return part;
}

}  // namespace

OwnedComponent TimeZoneComponent(const std::string& name, absl::TimeZone zone, absl::Time first, absl::Time last) {
  const absl::Time begin = absl::FromCivil(absl::CivilYear(zone.At(first - kYear).cs), zone);
  const absl::Time end = std::min(last + kYear, begin + 50 * kYear);
  std::map<Observance, std::vector<absl::CivilSecond>> observances;
  // What holds at the beginning, so that every time has an observance before it.
  absl::TimeZone::CivilInfo before = zone.At(begin);
  observances[{before.is_dst, before.offset, before.offset, before.zone_abbr}].push_back(before.cs);
  absl::TimeZone::CivilTransition change;
  for (absl::Time at = begin; zone.NextTransition(at, &change);) {
    const absl::Time next = InstantOfChange(change, zone);
    if (next <= at || next > end) break;
    at = next;
    const absl::TimeZone::CivilInfo after = zone.At(at);
    // The moment of the change is told on the clock that runs until then.
    const int offset_from = zone.At(at - absl::Seconds(1)).offset;
    observances[{after.is_dst, offset_from, after.offset, after.zone_abbr}].push_back(
        absl::ToCivilSecond(at, absl::FixedTimeZone(offset_from)));
  }
  OwnedComponent component = NewComponent(ICAL_VTIMEZONE_COMPONENT);
  icalcomponent_add_property(component.get(), icalproperty_new_tzid(name.c_str()));
  for (const auto& [observance, starts] : observances) AddTo(component.get(), ObservanceComponent(observance, starts));
  return component;
}

}  // namespace schutznetz::events
