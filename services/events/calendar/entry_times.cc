#include "services/events/calendar/entry_times.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/events/calendar/calendar_import.h"

namespace schutznetz::events {
namespace {

constexpr absl::Duration kLengthMax = absl::Hours(24 * 31);
constexpr int kYearMin = 1970;
constexpr int kYearMax = 2200;

absl::CivilSecond CivilOf(const icaltimetype& time) {
  return absl::CivilSecond(time.year, time.month, time.day, time.hour, time.minute, time.second);
}

bool IsUsable(const icaltimetype& time) {
  return !icaltime_is_null_time(time) && time.year >= kYearMin && time.year <= kYearMax;
}

// What a series is computed from.
struct Series {
  icalcomponent* entry;
  CalendarZone zone;
  icaltimetype first;     // local time, without a zone
  absl::Duration length;  // of timed entries
  int days = 0;           // of entries of whole days

  bool is_days() const { return first.is_date != 0; }

  Occurrence At(icaltimetype local) const {
    const absl::Time start = zone.InstantOf(local);
    if (!is_days()) return {start, start + length};
    // Whole days end at midnight, whatever the clock does between.
    icaltime_adjust(&local, days, 0, 0, 0);
    return {start, zone.InstantOf(local)};
  }
};

// The local time of a property's value in the series' zone; nothing when its zone is unknown.
std::optional<icaltimetype> LocalIn(const Series& series, icaltimetype value, icalproperty* property,
                                    const ZoneReader& zones) {
  if (value.is_date != 0) return value;
  if (icaltime_is_utc(value)) {
    return series.zone.LocalOf(absl::FromCivil(CivilOf(value), absl::UTCTimeZone()));
  }
  const std::optional<CalendarZone> zone = zones.ZoneOf(property);
  if (!zone) return std::nullopt;
  value.zone = nullptr;
  return series.zone.LocalOf(zone->InstantOf(value));
}

std::optional<TimeFault> ReadLength(const ZoneReader& zones, Series* series) {
  icalproperty* const end = icalcomponent_get_first_property(series->entry, ICAL_DTEND_PROPERTY);
  icalproperty* const duration = icalcomponent_get_first_property(series->entry, ICAL_DURATION_PROPERTY);
  series->days = 1;
  if (end != nullptr) {
    const icaltimetype value = icalproperty_get_dtend(end);
    if (!IsUsable(value)) return TimeFault{"DTEND", "Is no time between 1970 and 2200."};
    if ((value.is_date != 0) != series->is_days()) return TimeFault{"DTEND", "Is not of the kind of DTSTART."};
    const std::optional<icaltimetype> local = LocalIn(*series, value, end, zones);
    if (!local) return TimeFault{"DTEND", "Names a time zone that nobody knows."};
    series->days = static_cast<int>(absl::CivilDay(CivilOf(*local)) - absl::CivilDay(CivilOf(series->first)));
    series->length = series->zone.InstantOf(*local) - series->zone.InstantOf(series->first);
  } else if (duration != nullptr) {
    const int seconds = icaldurationtype_as_int(icalproperty_get_duration(duration));
    series->length = absl::Seconds(seconds);
    series->days = seconds / 86400;
  } else if (!series->is_days()) {
    return TimeFault{"DTSTART", "Has no end."};
  }
  if (series->is_days()) series->length = absl::Hours(24 * series->days);
  if (series->length <= absl::ZeroDuration()) return TimeFault{end ? "DTEND" : "DURATION", "Ends before it begins."};
  if (series->length > kLengthMax) return TimeFault{end ? "DTEND" : "DURATION", "Is longer than 31 days."};
  return std::nullopt;
}

using Starts = std::map<absl::Time, Occurrence>;

std::optional<TimeFault> AddRule(const Series& series, icalproperty* property, Starts* starts) {
  icalrecurrencetype rule = icalproperty_get_rrule(property);
  const bool is_frequent = rule.freq != ICAL_DAILY_RECURRENCE && rule.freq != ICAL_WEEKLY_RECURRENCE &&
                           rule.freq != ICAL_MONTHLY_RECURRENCE && rule.freq != ICAL_YEARLY_RECURRENCE;
  if (is_frequent) return TimeFault{"RRULE", "Is more frequent than daily."};
  // The rule runs on local time; its end may be told in UTC.
  if (!icaltime_is_null_time(rule.until) && icaltime_is_utc(rule.until)) {
    rule.until = series.zone.LocalOf(absl::FromCivil(CivilOf(rule.until), absl::UTCTimeZone()));
  }
  icalrecur_iterator* const dates = icalrecur_iterator_new(rule, series.first);
  if (dates == nullptr) return TimeFault{"RRULE", "Cannot be read."};
  bool too_many = false;
  for (icaltimetype date = icalrecur_iterator_next(dates); !icaltime_is_null_time(date) && date.year <= kYearMax;
       date = icalrecur_iterator_next(dates)) {
    const Occurrence occurrence = series.At(date);
    starts->emplace(occurrence.start, occurrence);
    too_many = starts->size() > static_cast<size_t>(kSessionsMax);
    if (too_many) break;
  }
  icalrecur_iterator_free(dates);
  if (too_many) return TimeFault{"RRULE", "Has more than 100 dates."};
  return std::nullopt;
}

std::optional<TimeFault> AddDate(const Series& series, icalproperty* property, const ZoneReader& zones,
                                 Starts* starts) {
  const icaldatetimeperiodtype value = icalproperty_get_rdate(property);
  const bool is_period = !icalperiodtype_is_null_period(value.period);
  const icaltimetype start = is_period ? value.period.start : value.time;
  if (!IsUsable(start)) return TimeFault{"RDATE", "Is no time between 1970 and 2200."};
  if ((start.is_date != 0) != series.is_days()) return TimeFault{"RDATE", "Is not of the kind of DTSTART."};
  const std::optional<icaltimetype> local = LocalIn(series, start, property, zones);
  if (!local) return TimeFault{"RDATE", "Names a time zone that nobody knows."};
  Occurrence occurrence = series.At(*local);
  if (is_period && IsUsable(value.period.end)) {
    const std::optional<icaltimetype> end = LocalIn(series, value.period.end, property, zones);
    if (end) occurrence.end = series.zone.InstantOf(*end);
  } else if (is_period) {
    occurrence.end = occurrence.start + absl::Seconds(icaldurationtype_as_int(value.period.duration));
  }
  const absl::Duration length = occurrence.end - occurrence.start;
  if (length <= absl::ZeroDuration() || length > kLengthMax)
    return TimeFault{"RDATE", "Is no period of up to 31 days."};
  starts->emplace(occurrence.start, occurrence);
  if (starts->size() > static_cast<size_t>(kSessionsMax)) return TimeFault{"RDATE", "Has more than 100 dates."};
  return std::nullopt;
}

// Every property of a kind, in order.
template <typename Visit>
std::optional<TimeFault> ForEach(icalcomponent* entry, icalproperty_kind kind, Visit visit) {
  for (icalproperty* at = icalcomponent_get_first_property(entry, kind); at != nullptr;
       at = icalcomponent_get_next_property(entry, kind)) {
    if (std::optional<TimeFault> fault = visit(at)) return fault;
  }
  return std::nullopt;
}

std::optional<TimeFault> RemoveExceptions(const Series& series, const ZoneReader& zones, Starts* starts) {
  return ForEach(series.entry, ICAL_EXDATE_PROPERTY, [&](icalproperty* property) -> std::optional<TimeFault> {
    const icaltimetype value = icalproperty_get_exdate(property);
    if (!IsUsable(value)) return TimeFault{"EXDATE", "Is no time between 1970 and 2200."};
    const std::optional<icaltimetype> local = LocalIn(series, value, property, zones);
    if (!local) return TimeFault{"EXDATE", "Names a time zone that nobody knows."};
    starts->erase(series.zone.InstantOf(*local));
    return std::nullopt;
  });
}

}  // namespace

absl::Time CalendarZone::InstantOf(const icaltimetype& local) const {
  if (described == nullptr) return absl::FromCivil(CivilOf(local), known);
  return absl::FromTimeT(icaltime_as_timet_with_zone(local, described));
}

icaltimetype CalendarZone::LocalOf(absl::Time instant) const {
  icaltimetype local = icaltime_null_time();
  if (described != nullptr) {
    local = icaltime_from_timet_with_zone(absl::ToTimeT(instant), 0, described);
    local.zone = nullptr;
    return local;
  }
  const absl::CivilSecond civil = absl::ToCivilSecond(instant, known);
  local.year = static_cast<int>(civil.year());
  local.month = civil.month();
  local.day = civil.day();
  local.hour = civil.hour();
  local.minute = civil.minute();
  local.second = civil.second();
  return local;
}

ZoneReader::ZoneReader(const std::vector<CalendarBlock>& blocks, const std::string& default_zone) {
  default_.name = default_zone;
  if (!absl::LoadTimeZone(default_zone, &default_.known)) default_.known = absl::UTCTimeZone();
  for (const CalendarBlock& block : blocks) {
    if (block.kind != "VTIMEZONE") continue;
    std::string text;
    for (const ContentLine& line : block.lines) absl::StrAppend(&text, line.text, "\r\n");
    icalcomponent* const component = icalparser_parse_string(text.c_str());
    if (component == nullptr) continue;
    OwnedZone zone(icaltimezone_new());
    // Owned by the zone once it was taken.
    if (icaltimezone_set_component(zone.get(), component) == 0) {
      icalcomponent_free(component);
    } else if (const char* const id = icaltimezone_get_tzid(zone.get())) {
      described_.emplace(id, std::move(zone));
    }
  }
}

std::optional<CalendarZone> ZoneReader::ZoneOf(icalproperty* property) const {
  icalparameter* const parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
  const char* const id = parameter != nullptr ? icalparameter_get_tzid(parameter) : nullptr;
  if (id == nullptr) return default_;
  CalendarZone zone;
  // A name like "/etc/passwd" or "../x" would be read as a file.
  const std::string_view name = id;
  const bool is_name = !name.empty() && name.front() != '/' && name.find('.') == name.npos && name.size() < 64;
  if (is_name && absl::LoadTimeZone(id, &zone.known)) {
    zone.name = id;
    return zone;
  }
  const auto found = described_.find(id);
  if (found == described_.end()) return std::nullopt;
  zone.described = found->second.get();
  return zone;
}

std::optional<TimeFault> ReadTimes(icalcomponent* entry, const ZoneReader& zones, EntryTimes* times) {
  icalproperty* const start = icalcomponent_get_first_property(entry, ICAL_DTSTART_PROPERTY);
  if (start == nullptr) return TimeFault{"DTSTART", "Has no DTSTART."};
  const icaltimetype value = icalproperty_get_dtstart(start);
  if (!IsUsable(value)) return TimeFault{"DTSTART", "Is no time between 1970 and 2200."};
  const std::optional<CalendarZone> zone = zones.ZoneOf(start);
  if (!zone) return TimeFault{"DTSTART", "Names a time zone that nobody knows."};
  Series series{entry, *zone, value, absl::ZeroDuration()};
  // Times in UTC are told in the zone of the reader.
  if (icaltime_is_utc(value)) series.first = zone->LocalOf(absl::FromCivil(CivilOf(value), absl::UTCTimeZone()));
  series.first.zone = nullptr;
  if (std::optional<TimeFault> fault = ReadLength(zones, &series)) return fault;

  Starts starts;
  const Occurrence first = series.At(series.first);
  starts.emplace(first.start, first);
  std::optional<TimeFault> fault =
      ForEach(entry, ICAL_RRULE_PROPERTY, [&](icalproperty* property) { return AddRule(series, property, &starts); });
  if (!fault) {
    fault = ForEach(entry, ICAL_RDATE_PROPERTY,
                    [&](icalproperty* property) { return AddDate(series, property, zones, &starts); });
  }
  if (!fault) fault = RemoveExceptions(series, zones, &starts);
  if (fault) return fault;
  if (starts.empty()) return TimeFault{"EXDATE", "Leaves no date."};
  times->zone_name = zones.NameFor(*zone);
  for (const auto& [ignored, occurrence] : starts) times->occurrences.push_back(occurrence);
  return std::nullopt;
}

}  // namespace schutznetz::events
