#include "services/common/time/calendar.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

namespace schutznetz::civil {
namespace {

constexpr absl::CivilSecond kEpoch(1970, 1, 1, 0, 0, 0);
// 4000-01-01; keeps minutes far from the ends of int32_t.
constexpr int32_t kLastMinute = 1067676480;

int32_t MinutesSinceEpoch(absl::CivilSecond civil) { return static_cast<int32_t>((civil - kEpoch) / 60); }

}  // namespace

absl::StatusOr<Calendar> Calendar::Load() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/Berlin", &zone)) {
    return absl::FailedPreconditionError("time zone Europe/Berlin is unknown: install the package tzdata");
  }
  return Calendar(zone);
}

Moment Calendar::At(absl::Time instant) const {
  instant = std::clamp(instant, absl::FromUnixSeconds(0), absl::FromUnixSeconds(int64_t{kLastMinute} * 60));
  const absl::TimeZone::CivilInfo shown = zone_.At(instant);
  const absl::TimeZone::TimeInfo info = zone_.At(shown.cs);
  if (info.kind == absl::TimeZone::TimeInfo::REPEATED && instant >= info.trans) {
    // The second pass of a repeated hour: the count waits on the last minute of the first.
    return {instant, MinutesSinceEpoch(zone_.At(info.trans - absl::Seconds(1)).cs)};
  }
  Moment moment{instant, MinutesSinceEpoch(shown.cs), shown.offset, 0};
  absl::TimeZone::CivilTransition next;
  // An hour repeated begins before the change by the clock.
  constexpr int32_t kLongestRepeat = 180;
  if (zone_.NextTransition(instant, &next)) moment.same_offset_until = MinutesSinceEpoch(next.from) - kLongestRepeat;
  return moment;
}

absl::Time Calendar::InstantOf(int32_t minute) const {
  const absl::TimeZone::TimeInfo info = zone_.At(kEpoch + int64_t{60} * minute);
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

absl::Time Calendar::InstantOf(int32_t minute, const Moment& near) const {
  if (minute < near.minute || minute >= near.same_offset_until) return InstantOf(minute);
  return absl::FromUnixSeconds(int64_t{60} * minute - near.offset_s);
}

absl::Time Calendar::Midnight(absl::CivilDay day) const { return InstantOf(NumberOf(day) * 1440); }

}  // namespace schutznetz::civil
