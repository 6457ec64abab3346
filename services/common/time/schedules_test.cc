#include "services/common/time/schedules.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace schutznetz::civil {
namespace {

using schutznetz::common::v1::Schedule;
using testing::HasSubstr;
using Kind = OpenState::Kind;

const Calendar& Holidays() {
  static const Calendar* calendar = new Calendar(*Calendar::Load());
  return *calendar;
}

absl::Time At(const std::string& local) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", local, Holidays().zone(), &time, &error)) << error;
  return time;
}

CompiledSchedules::Schedules Parse(const std::vector<std::string>& texts) {
  CompiledSchedules::Schedules schedules;
  for (const std::string& text : texts) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, schedules.Add())) << text;
  }
  return schedules;
}

OpenState Ask(const std::vector<std::string>& texts, absl::Time instant, const char* key = "05515") {
  const absl::StatusOr<CompiledSchedules> compiled = CompiledSchedules::Compile(Parse(texts));
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled->Evaluate(Holidays().At(instant), Holidays::RegionOf(key), Holidays());
}

const char kOffice[] = "byday: [MO, TU, WE, TH, FR] opens_at: '08:00' closes_at: '16:00'";
const char kOnCall[] = "type: ON_CALL opens_at: '16:00' closes_at: '08:00' holiday_policy: OPEN_ON_HOLIDAYS";
const char kOnCallWeekend[] =
    "type: ON_CALL byday: [SA, SU] opens_at: '08:00' closes_at: '16:00' holiday_policy: OPEN_ON_HOLIDAYS";
const char kOnCallHoliday[] = "type: ON_CALL opens_at: '08:00' closes_at: '16:00' holiday_policy: ONLY_ON_HOLIDAYS";
const char kAlways[] = "opens_at: '00:00' closes_at: '24:00' holiday_policy: OPEN_ON_HOLIDAYS";

TEST(SchedulesTest, NoSchedulesAreUnknownAndNeverOpen) {
  const OpenState state = Ask({}, At("2026-11-23 10:00"));
  EXPECT_EQ(state.kind, Kind::kUnknown);
  EXPECT_FALSE(state.is_open());
}

TEST(SchedulesTest, OpenUntilTheEndOfTheHours) {
  const OpenState state = Ask({kOffice}, At("2026-11-23 10:00"));  // A Monday.
  EXPECT_TRUE(state.is_open());
  EXPECT_EQ(state.type, Schedule::OPENING);
  EXPECT_EQ(state.until, At("2026-11-23 16:00"));
  EXPECT_EQ(state.changes_at, At("2026-11-23 16:00"));
}

TEST(SchedulesTest, BeginIsInsideAndEndIsOutside) {
  EXPECT_TRUE(Ask({kOffice}, At("2026-11-23 08:00")).is_open());
  EXPECT_FALSE(Ask({kOffice}, At("2026-11-23 08:00") - absl::Nanoseconds(1)).is_open());
  EXPECT_FALSE(Ask({kOffice}, At("2026-11-23 16:00")).is_open());
  EXPECT_TRUE(Ask({kOffice}, At("2026-11-23 16:00") - absl::Nanoseconds(1)).is_open());
}

TEST(SchedulesTest, ClosedOnTheWeekendUntilMonday) {
  const OpenState state = Ask({kOffice}, At("2026-11-21 12:00"));
  EXPECT_EQ(state.kind, Kind::kClosed);
  EXPECT_EQ(state.next_open, At("2026-11-23 08:00"));
  EXPECT_EQ(state.type, Schedule::OPENING);
}

TEST(SchedulesTest, HoursPastMidnightBelongToTheDayTheyBegin) {
  const char friday_night[] = "type: ON_CALL byday: FR opens_at: '20:00' closes_at: '06:00'";
  EXPECT_TRUE(Ask({friday_night}, At("2026-11-21 02:00")).is_open());
  EXPECT_EQ(Ask({friday_night}, At("2026-11-21 02:00")).until, At("2026-11-21 06:00"));
  EXPECT_FALSE(Ask({friday_night}, At("2026-11-20 02:00")).is_open());
  // The night into a holiday: hours of 25 May 2026 (Whit Monday) do not hold, those of the Sunday before do.
  const char every_night[] = "type: ON_CALL opens_at: '20:00' closes_at: '06:00'";
  EXPECT_TRUE(Ask({every_night}, At("2026-05-25 02:00")).is_open());
  EXPECT_FALSE(Ask({every_night}, At("2026-05-25 22:00")).is_open());
  EXPECT_FALSE(Ask({every_night}, At("2026-05-26 02:00")).is_open());
}

TEST(SchedulesTest, OfficeAndOnCallTogetherNeverEnd) {
  const OpenState state = Ask({kOffice, kOnCall, kOnCallWeekend, kOnCallHoliday}, At("2026-11-22 02:00"));
  EXPECT_TRUE(state.is_open());
  EXPECT_EQ(state.type, Schedule::ON_CALL);
  EXPECT_FALSE(state.until.has_value());
  EXPECT_EQ(state.changes_at, At("2026-11-23 00:00"));
}

TEST(SchedulesTest, TheTypeChangesWhenTheOfficeOpens) {
  const OpenState state = Ask({kOffice, kOnCall}, At("2026-11-23 07:00"));
  EXPECT_EQ(state.type, Schedule::ON_CALL);
  EXPECT_EQ(state.changes_at, At("2026-11-23 08:00"));
  // Office hours fall out on the Saturday, so that the night's duty ends there.
  EXPECT_EQ(state.until, At("2026-11-28 08:00"));
}

TEST(SchedulesTest, WholeDaysMerge) {
  const OpenState state = Ask({kAlways}, At("2026-12-25 13:37"));
  EXPECT_TRUE(state.is_open());
  EXPECT_FALSE(state.until.has_value());
  const OpenState week = Ask({"byday: [MO, TU, WE] opens_at: '00:00' closes_at: '24:00'"}, At("2026-11-23 10:00"));
  EXPECT_EQ(week.until, At("2026-11-26 00:00"));
}

TEST(SchedulesTest, EqualTimesAreTwentyFourHours) {
  EXPECT_EQ(Ask({"byday: MO opens_at: '08:00' closes_at: '08:00'"}, At("2026-11-23 09:00")).until,
            At("2026-11-24 08:00"));
}

TEST(SchedulesTest, HolidayOfTheMunicipalityCloses) {
  // 8 August 2025 was a Friday: Friedensfest in Augsburg, a working day in Munich.
  EXPECT_FALSE(Ask({kOffice}, At("2025-08-08 10:00"), "09761000").is_open());
  EXPECT_TRUE(Ask({kOffice}, At("2025-08-08 10:00"), "09162000").is_open());
  EXPECT_EQ(Ask({kOffice}, At("2025-08-08 10:00"), "09761000").next_open, At("2025-08-11 08:00"));
}

TEST(SchedulesTest, HoursForHolidaysOnlyHoldOnAnyWeekday) {
  const char only[] = "byday: MO opens_at: '10:00' closes_at: '12:00' holiday_policy: ONLY_ON_HOLIDAYS";
  EXPECT_TRUE(Ask({only}, At("2026-10-03 11:00")).is_open());   // A Saturday and the national day.
  EXPECT_FALSE(Ask({only}, At("2026-10-05 11:00")).is_open());  // A plain Monday.
  EXPECT_EQ(Ask({only}, At("2026-12-20 11:00")).next_open, At("2026-12-25 10:00"));
}

TEST(SchedulesTest, ExceptDatesAndValidityBound) {
  const std::string dated =
      std::string(kOffice) + " valid_from: '2026-11-23' valid_to: '2026-11-25' except_dates: '2026-11-24'";
  EXPECT_EQ(Ask({dated}, At("2026-11-22 10:00")).next_open, At("2026-11-23 08:00"));
  EXPECT_TRUE(Ask({dated}, At("2026-11-23 10:00")).is_open());
  EXPECT_EQ(Ask({dated}, At("2026-11-24 10:00")).next_open, At("2026-11-25 08:00"));
  EXPECT_TRUE(Ask({dated}, At("2026-11-25 10:00")).is_open());
  const OpenState after = Ask({dated}, At("2026-11-26 10:00"));
  EXPECT_EQ(after.kind, Kind::kClosed);
  EXPECT_FALSE(after.next_open.has_value());
}

TEST(SchedulesTest, DaysOnWhichTheClockChanges) {
  const char night[] = "opens_at: '22:00' closes_at: '02:30' holiday_policy: OPEN_ON_HOLIDAYS";
  // Spring: 02:30 does not exist, the hours end when the clock jumps.
  EXPECT_EQ(*Ask({night}, At("2026-03-29 01:00")).until - At("2026-03-29 01:00"), absl::Hours(1));
  // Autumn: they end when 02:30 is shown first, and do not begin again.
  const absl::Time one = At("2026-10-25 01:00");
  EXPECT_EQ(*Ask({night}, one).until - one, absl::Minutes(90));
  EXPECT_FALSE(Ask({night}, one + absl::Hours(2)).is_open());  // 02:00 for the second time.
  const char morning[] = "opens_at: '01:00' closes_at: '05:00'";
  EXPECT_EQ(*Ask({morning}, one).until - one, absl::Hours(5));
  EXPECT_TRUE(Ask({morning}, one + absl::Minutes(150)).is_open());
}

TEST(SchedulesTest, BadSchedulesAreRefusedByPlaceAndReason) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"opens_at: '8:00' closes_at: '16:00'", "opens_at"},
      {"opens_at: '24:00' closes_at: '16:00'", "opens_at"},
      {"opens_at: '08:60' closes_at: '16:00'", "opens_at"},
      {"opens_at: '08:00' closes_at: '24:01'", "closes_at"},
      {"opens_at: '08:00' closes_at: '-1:00'", "closes_at"},
      {"opens_at: '08:00'", "closes_at"},
      {"opens_at: '08:00' closes_at: '16:00' valid_from: '2026-02-29'", "valid_from"},
      {"opens_at: '08:00' closes_at: '16:00' valid_from: '2026-03-02' valid_to: '2026-03-01'", "before"},
      {"opens_at: '08:00' closes_at: '16:00' except_dates: '24.12.2026'", "except_dates"},
      {"opens_at: '08:00' closes_at: '16:00' byday: 0", "byday"},
      {"opens_at: '08:00' closes_at: '16:00' type: 9", "type"},
      {"opens_at: '08:00' closes_at: '16:00' holiday_policy: 7", "holiday_policy"}};
  for (const auto& [text, reason] : bad) {
    const auto compiled = CompiledSchedules::Compile(Parse({kAlways, text}));
    ASSERT_FALSE(compiled.ok()) << text;
    EXPECT_EQ(compiled.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(compiled.status().message()), testing::AllOf(HasSubstr("schedules[1]"), HasSubstr(reason)));
  }
  EXPECT_FALSE(CompiledSchedules::Compile(Parse(std::vector<std::string>(201, kAlways))).ok());
}

// The definition of the header, minute by minute, without a shortcut.
class Oracle {
 public:
  Oracle(const CompiledSchedules::Schedules& schedules, absl::Time around, const char* key) {
    const absl::CivilDay today(absl::ToCivilDay(around, Holidays().zone()));
    horizon_ = FirstShowing(absl::CivilMinute(today + CompiledSchedules::kHorizonDays));
    for (absl::CivilDay day = today - 3; day <= today + CompiledSchedules::kHorizonDays + 1; ++day) {
      for (const Schedule& schedule : schedules) AddDay(schedule, day, key);
    }
  }

  int TypeAt(absl::Time t) const {
    int type = 0;
    for (const Hours& hours : hours_) {
      if (hours.begin <= t && t < hours.end) type = type == 0 ? hours.type : std::min(type, hours.type);
    }
    return type;
  }

  // Of the state's fields but changes_at.
  OpenState At(absl::Time now) const {
    OpenState state;
    const bool open = TypeAt(now) != 0;
    state.kind = open ? Kind::kOpen : Kind::kClosed;
    absl::Time t = now;
    while (t < horizon_ && (TypeAt(t) != 0) == open) t += absl::Minutes(1);
    if (t < horizon_) (open ? state.until : state.next_open) = t;
    state.type = static_cast<Schedule::Type>(open ? TypeAt(now) : t < horizon_ ? TypeAt(t) : 0);
    return state;
  }

 private:
  struct Hours {
    absl::Time begin, end;
    int type;
  };

  static absl::Time FirstShowing(absl::CivilMinute civil) {
    absl::Time t = absl::FromCivil(civil, Holidays().zone()) - absl::Hours(3);
    while (absl::ToCivilMinute(t, Holidays().zone()) < civil) t += absl::Minutes(1);
    return t;
  }

  static bool Holds(const Schedule& schedule, absl::CivilDay day, const char* key) {
    const std::string date = absl::FormatCivilTime(day);
    if (!schedule.valid_from().empty() && date < schedule.valid_from()) return false;
    if (!schedule.valid_to().empty() && date > schedule.valid_to()) return false;
    for (const std::string& except : schedule.except_dates()) {
      if (date == except) return false;
    }
    const bool holiday = Holidays().holidays().On(day, key).has_value();
    if (schedule.holiday_policy() == Schedule::ONLY_ON_HOLIDAYS) return holiday;
    if (schedule.holiday_policy() != Schedule::OPEN_ON_HOLIDAYS && holiday) return false;
    const int weekday = static_cast<int>(absl::GetWeekday(day)) + 1;
    return schedule.byday().empty() || std::count(schedule.byday().begin(), schedule.byday().end(), weekday) > 0;
  }

  void AddDay(const Schedule& schedule, absl::CivilDay day, const char* key) {
    if (!Holds(schedule, day, key)) return;
    const auto minutes = [](const std::string& text) {
      return std::stoi(text.substr(0, 2)) * 60 + std::stoi(text.substr(3));
    };
    const int opens = minutes(schedule.opens_at()), closes = minutes(schedule.closes_at());
    const absl::CivilMinute midnight(day);
    hours_.push_back({FirstShowing(midnight + opens),
                      FirstShowing(midnight + (closes > opens ? closes : closes + 1440)),
                      std::max<int>(schedule.type(), 1)});
  }

  std::vector<Hours> hours_;
  absl::Time horizon_;
};

class RandomSchedules {
 public:
  explicit RandomSchedules(uint32_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }

  CompiledSchedules::Schedules Next(absl::CivilDay around) {
    CompiledSchedules::Schedules schedules;
    const bool undated = Below(2) == 0;
    for (int n = 1 + Below(4); n > 0; --n) Fill(*schedules.Add(), around, undated);
    return schedules;
  }

 private:
  std::string Time(int end) {
    const int step = Below(3) == 0 ? 60 : 30;
    const int minute = Below(end / step + 1) * step;
    return absl::StrFormat("%02d:%02d", minute / 60, minute % 60);
  }

  void Fill(Schedule& schedule, absl::CivilDay around, bool undated) {
    schedule.set_type(static_cast<Schedule::Type>(Below(3)));
    for (int day = 1; day <= 7; ++day) {
      if (Below(2) == 0) schedule.add_byday(static_cast<Schedule::Weekday>(day));
    }
    schedule.set_opens_at(Time(1410));
    schedule.set_closes_at(Time(1440));
    schedule.set_holiday_policy(static_cast<Schedule::HolidayPolicy>(Below(4)));
    if (undated) return;
    if (Below(4) == 0) schedule.set_valid_from(absl::FormatCivilTime(around + (Below(10) - 6)));
    if (Below(4) == 0) schedule.set_valid_to(absl::FormatCivilTime(around + (Below(10) + 4)));
    for (int n = Below(3); n > 0; --n) schedule.add_except_dates(absl::FormatCivilTime(around + Below(8)));
  }

  std::mt19937 random_;
};

TEST(SchedulesTest, AgreesWithAMinuteByMinuteOracle) {
  RandomSchedules random(20261122);
  // Around the changes of the clock, Easter, Christmas and the Friedensfest.
  const absl::CivilDay starts[] = {
      absl::CivilDay(2026, 3, 27), absl::CivilDay(2026, 10, 23), absl::CivilDay(2024, 3, 29),
      absl::CivilDay(2025, 12, 22), absl::CivilDay(2025, 8, 6),
      // Ordinary weeks.
      absl::CivilDay(2026, 7, 6), absl::CivilDay(2026, 11, 16), absl::CivilDay(2026, 2, 2)};
  for (int round = 0; round < 400; ++round) {
    const absl::CivilDay day = starts[round % std::size(starts)] + random.Below(4);
    const char* key = random.Below(2) == 0 ? "09761000" : "05515";
    const CompiledSchedules::Schedules schedules = random.Next(day);
    const auto compiled = CompiledSchedules::Compile(schedules);
    ASSERT_TRUE(compiled.ok()) << compiled.status();
    const HolidayRegion region = Holidays::RegionOf(key);
    absl::Time now = absl::FromCivil(absl::CivilMinute(day), Holidays().zone()) + absl::Minutes(random.Below(1440));
    const Oracle oracle(schedules, now, key);
    const OpenState state = compiled->Evaluate(Holidays().At(now), region, Holidays());
    OpenState expected = oracle.At(now);
    expected.changes_at = state.changes_at;
    std::string text;
    for (const Schedule& schedule : schedules) text += schedule.ShortDebugString() + "\n";
    ASSERT_EQ(state, expected) << "round " << round << " at " << absl::FormatTime(now, Holidays().zone()) << "\n"
                               << text;
    ASSERT_GT(state.changes_at, now);
    // Nothing changes before changes_at.
    const absl::Time last = std::min(state.changes_at, now + absl::Hours(48));
    for (; now < last; now += absl::Minutes(7)) {
      ASSERT_EQ(compiled->Evaluate(Holidays().At(now), region, Holidays()), state) << absl::FormatTime(now) << "\n"
                                                                                   << text;
    }
  }
}

}  // namespace
}  // namespace schutznetz::civil
