#include "services/common/time/schedules.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace schutznetz::civil {
namespace {

using schutznetz::common::v1::Schedule;

constexpr int kMinutesPerDay = 1440;
constexpr int32_t kAlways = std::numeric_limits<int32_t>::max() / 2;

// Two or four digits at a place of the text, or -1.
int Digits(std::string_view text, size_t at, size_t count) {
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// "HH:MM", 00:00 to 24:00, as minutes; -1 for anything else.
int ParseTimeOfDay(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return -1;
  const int hours = Digits(text, 0, 2), minutes = Digits(text, 3, 2);
  if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > kMinutesPerDay) return -1;
  return hours * 60 + minutes;
}

// "YYYY-MM-DD" as days since 1970-01-01.
absl::StatusOr<int32_t> ParseDate(std::string_view field, std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
    if (year >= 1 && month >= 1 && month <= 12 && day >= 1) {
      const absl::CivilDay civil(year, month, day);
      if (civil.month() == month) return Calendar::NumberOf(civil);  // Not moved into the next month.
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat(absl::string_view(field.data(), field.size()), " must be a date like 2026-12-24"));
}

absl::Status CheckEnums(const Schedule& schedule) {
  if (!Schedule::Type_IsValid(schedule.type())) return absl::InvalidArgumentError("type is unknown");
  if (!Schedule::HolidayPolicy_IsValid(schedule.holiday_policy())) {
    return absl::InvalidArgumentError("holiday_policy is unknown");
  }
  for (const int day : schedule.byday()) {
    if (day < Schedule::MO || day > Schedule::SU) return absl::InvalidArgumentError("byday names no weekday");
  }
  return absl::OkStatus();
}

uint8_t WeekdaysOf(const Schedule& schedule) {
  // "Whatever the weekday" for hours of holidays only.
  if (schedule.byday().empty() || schedule.holiday_policy() == Schedule::ONLY_ON_HOLIDAYS) return 0x7f;
  uint8_t mask = 0;
  for (const int day : schedule.byday()) mask |= static_cast<uint8_t>(1u << (day - Schedule::MO));
  return mask;
}

// 1970-01-01 was a Thursday.
int WeekdayOf(int32_t day) { return ((day + 3) % 7 + 7) % 7; }

}  // namespace

absl::StatusOr<CompiledSchedules> CompiledSchedules::Compile(const Schedules& schedules) {
  if (schedules.size() > kSchedulesMax) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kSchedulesMax, " schedules"));
  }
  CompiledSchedules compiled;
  compiled.rules_.reserve(schedules.size());
  for (int i = 0; i < schedules.size(); ++i) {
    absl::StatusOr<Rule> rule = CompileOne(schedules[i]);
    if (!rule.ok()) return absl::InvalidArgumentError(absl::StrCat("schedules[", i, "]: ", rule.status().message()));
    compiled.rules_.push_back(*std::move(rule));
  }
  compiled.Finish();
  return compiled;
}

absl::StatusOr<CompiledSchedules::Rule> CompiledSchedules::CompileOne(const Schedule& schedule) {
  if (absl::Status status = CheckEnums(schedule); !status.ok()) return status;
  const int opens = ParseTimeOfDay(schedule.opens_at()), closes = ParseTimeOfDay(schedule.closes_at());
  if (opens < 0 || opens == kMinutesPerDay)
    return absl::InvalidArgumentError("opens_at must be a time from 00:00 to 23:59");
  if (closes < 0) return absl::InvalidArgumentError("closes_at must be a time from 00:00 to 24:00");
  Rule rule;
  rule.weekdays = WeekdaysOf(schedule);
  rule.policy = static_cast<uint8_t>(schedule.holiday_policy() == Schedule::HOLIDAY_POLICY_UNSPECIFIED
                                         ? Schedule::CLOSED_ON_HOLIDAYS
                                         : schedule.holiday_policy());
  rule.type = static_cast<uint8_t>(schedule.type() == Schedule::ON_CALL ? Schedule::ON_CALL : Schedule::OPENING);
  rule.opens = static_cast<uint16_t>(opens);
  rule.length = static_cast<uint16_t>(closes > opens ? closes - opens : closes + kMinutesPerDay - opens);
  if (absl::Status status = CompileDates(schedule, rule); !status.ok()) return status;
  return rule;
}

absl::Status CompiledSchedules::CompileDates(const Schedule& schedule, Rule& rule) {
  rule.first_day = -kAlways;
  rule.last_day = kAlways;
  const auto parse_into = [](std::string_view field, const std::string& text, int32_t& day) -> absl::Status {
    if (text.empty()) return absl::OkStatus();
    absl::StatusOr<int32_t> parsed = ParseDate(field, text);
    if (parsed.ok()) day = *parsed;
    return parsed.status();
  };
  if (absl::Status status = parse_into("valid_from", schedule.valid_from(), rule.first_day); !status.ok())
    return status;
  if (absl::Status status = parse_into("valid_to", schedule.valid_to(), rule.last_day); !status.ok()) return status;
  if (rule.last_day < rule.first_day) return absl::InvalidArgumentError("valid_to is before valid_from");
  for (const std::string& text : schedule.except_dates()) {
    absl::StatusOr<int32_t> day = ParseDate("except_dates", text);
    if (!day.ok()) return day.status();
    rule.except_days.push_back(*day);
  }
  std::sort(rule.except_days.begin(), rule.except_days.end());
  return absl::OkStatus();
}

// One question to one set of rules. Works in local minutes and turns only the answers into instants.
class Evaluation {
 public:
  using Rule = CompiledSchedules::Rule;

  Evaluation(const std::vector<Rule>& rules, const Moment& now, HolidayRegion region, const Calendar& calendar)
      : rules_(rules), now_(now), region_(region), calendar_(calendar) {}

  OpenState Run() const {
    OpenState state;
    if (const int type = TypeAt(now_.minute); type != 0) {
      state.kind = OpenState::Kind::kOpen;
      state.type = static_cast<Schedule::Type>(type);
      FillOpen(state);
    } else {
      state.kind = OpenState::Kind::kClosed;
      FillClosed(state);
    }
    return state;
  }

 private:
  // Whole days, so that what lies beyond it stays the same until midnight.
  int32_t horizon() const { return (now_.day() + CompiledSchedules::kHorizonDays) * kMinutesPerDay; }
  int32_t next_midnight() const { return (now_.day() + 1) * kMinutesPerDay; }
  static int32_t DayOf(int32_t minute) { return Moment{{}, minute}.day(); }

  bool HoldsOn(const Rule& rule, int32_t day) const {
    if ((rule.weekdays >> WeekdayOf(day) & 1) == 0 || day < rule.first_day || day > rule.last_day) return false;
    if (rule.policy != Schedule::OPEN_ON_HOLIDAYS && IsHoliday(day) != (rule.policy == Schedule::ONLY_ON_HOLIDAYS))
      return false;
    return !std::binary_search(rule.except_days.begin(), rule.except_days.end(), day);
  }

  bool IsHoliday(int32_t day) const { return calendar_.holidays().IsHoliday(day, region_); }

  // Calls visit(rule, end) for each rule whose hours cover the minute. Hours are at most a day long, so that they began
  // on that day or the day before.
  template <typename Visit>
  void Covering(int32_t minute, Visit visit) const {
    const int32_t today = DayOf(minute);
    for (const Rule& rule : rules_) {
      for (int32_t day = today - 1; day <= today; ++day) {
        const int32_t begin = day * kMinutesPerDay + rule.opens, end = begin + rule.length;
        if (begin <= minute && minute < end && HoldsOn(rule, day)) visit(rule, end);
      }
    }
  }

  // 0 when closed.
  int TypeAt(int32_t minute) const {
    int type = 0;
    Covering(minute, [&](const Rule& rule, int32_t) { type = type == 0 ? rule.type : std::min<int>(type, rule.type); });
    return type;
  }

  // The end of the hours that cover the minute and of those that adjoin them, at most the horizon.
  int32_t EndOf(int32_t minute, int only_type) const {
    int32_t end = minute;
    for (int32_t begin = -1; end != begin && end < horizon();) {
      begin = end;
      Covering(begin, [&](const Rule& rule, int32_t until) {
        if (only_type == 0 || rule.type == only_type) end = std::max(end, until);
      });
    }
    return std::min(end, horizon());
  }

  // The first beginning of hours after the minute, at most the horizon.
  int32_t NextBegin(int32_t minute, int only_type) const {
    int32_t best = horizon();
    for (int32_t day = DayOf(minute); day * kMinutesPerDay < best; ++day) {
      for (const Rule& rule : rules_) {
        const int32_t begin = day * kMinutesPerDay + rule.opens;
        if (begin > minute && begin < best && (only_type == 0 || rule.type == only_type) && HoldsOn(rule, day))
          best = begin;
      }
    }
    return best;
  }

  void FillOpen(OpenState& state) const {
    const int32_t end = EndOf(now_.minute, 0);
    if (end < horizon()) state.until = calendar_.InstantOf(end, now_);
    int32_t change = std::min(end < horizon() ? end : next_midnight(), EndOf(now_.minute, state.type));
    if (state.type == Schedule::ON_CALL) change = std::min(change, NextBegin(now_.minute, Schedule::OPENING));
    state.changes_at = calendar_.InstantOf(change, now_);
  }

  void FillClosed(OpenState& state) const {
    const int32_t begin = NextBegin(now_.minute, 0);
    state.changes_at = calendar_.InstantOf(begin < horizon() ? begin : next_midnight(), now_);
    if (begin >= horizon()) return;
    state.next_open = state.changes_at;
    state.type = static_cast<Schedule::Type>(TypeAt(begin));
  }

  const std::vector<Rule>& rules_;
  const Moment& now_;
  const HolidayRegion region_;
  const Calendar& calendar_;
};

void CompiledSchedules::Finish() {
  ordinary_from_ = -kAlways;
  ordinary_to_ = kAlways;
  std::vector<WeekPattern::Hours> hours;
  for (const Rule& rule : rules_) {
    minds_holidays_ |= rule.policy != Schedule::OPEN_ON_HOLIDAYS;
    ordinary_from_ = std::max(ordinary_from_, rule.first_day);
    ordinary_to_ = std::min(ordinary_to_, rule.last_day);
    except_days_.insert(except_days_.end(), rule.except_days.begin(), rule.except_days.end());
    if (rule.policy == Schedule::ONLY_ON_HOLIDAYS) continue;
    for (int weekday = 0; weekday < 7; ++weekday) {
      if ((rule.weekdays >> weekday & 1) != 0)
        hours.push_back({weekday * kMinutesPerDay + rule.opens, rule.length, rule.type});
    }
  }
  std::sort(except_days_.begin(), except_days_.end());
  week_ = WeekPattern(hours);
}

bool CompiledSchedules::IsOrdinary(int32_t first_day, int32_t last_day, HolidayRegion region,
                                   const Calendar& calendar) const {
  if (first_day < ordinary_from_ || last_day > ordinary_to_) return false;
  const auto except = std::lower_bound(except_days_.begin(), except_days_.end(), first_day);
  if (except != except_days_.end() && *except <= last_day) return false;
  for (int32_t day = first_day; minds_holidays_ && day <= last_day; ++day) {
    if (calendar.holidays().IsHoliday(day, region)) return false;
  }
  return true;
}

bool CompiledSchedules::EvaluateOrdinary(const Moment& now, HolidayRegion region, const Calendar& calendar,
                                         OpenState& state) const {
  const int32_t today = now.day(), midnight = (today + 1) * kMinutesPerDay;
  const WeekPattern::Answer week = week_.At(WeekdayOf(today) * kMinutesPerDay + now.minute - today * kMinutesPerDay);
  const bool changes = week.open_or_closed_for != WeekPattern::kForEver;
  // Hours that began yesterday may still hold, and what begins on the day of the change decides it.
  const int32_t last_day = changes ? Moment{{}, now.minute + week.open_or_closed_for}.day() : today + kHorizonDays;
  if (!IsOrdinary(today - 1, last_day, region, calendar)) return false;

  state.kind = week.type != 0 ? OpenState::Kind::kOpen : OpenState::Kind::kClosed;
  state.type = static_cast<Schedule::Type>(week.type != 0 ? week.type : week.next_type);
  const int32_t change = changes ? now.minute + week.open_or_closed_for : midnight;
  if (changes) (week.type != 0 ? state.until : state.next_open) = calendar.InstantOf(change, now);
  const int32_t earlier =
      week.type != 0 && week.same_for != WeekPattern::kForEver ? std::min(change, now.minute + week.same_for) : change;
  state.changes_at = changes && earlier == change ? (week.type != 0 ? *state.until : *state.next_open)
                                                  : calendar.InstantOf(earlier, now);
  return true;
}

OpenState CompiledSchedules::Evaluate(const Moment& now, HolidayRegion region, const Calendar& calendar) const {
  OpenState state;
  if (rules_.empty() || EvaluateOrdinary(now, region, calendar, state)) return state;
  return Evaluation(rules_, now, region, calendar).Run();
}

}  // namespace schutznetz::civil
