#include "services/common/time/week_pattern.h"

#include <random>

#include "gtest/gtest.h"

namespace schutznetz::civil {
namespace {

constexpr int kDay = 1440, kForEver = WeekPattern::kForEver;

TEST(WeekPatternTest, NothingIsClosedForEver) {
  const WeekPattern::Answer answer = WeekPattern(std::vector<WeekPattern::Hours>()).At(5000);
  EXPECT_EQ(answer.type, 0);
  EXPECT_EQ(answer.same_for, kForEver);
  EXPECT_EQ(answer.open_or_closed_for, kForEver);
}

TEST(WeekPatternTest, HoursRunPastTheEndOfTheWeek) {
  const WeekPattern week({{6 * kDay + 1200, 600, 2}});  // Sunday 20:00 to Monday 06:00.
  EXPECT_EQ(week.At(0).type, 2);
  EXPECT_EQ(week.At(0).open_or_closed_for, 360);
  EXPECT_EQ(week.At(6 * kDay + 1439).open_or_closed_for, 361);
  EXPECT_EQ(week.At(360).type, 0);
  EXPECT_EQ(week.At(360).open_or_closed_for, 6 * kDay + 1200 - 360);
  EXPECT_EQ(week.At(360).next_type, 2);
}

TEST(WeekPatternTest, AWholeWeekOfTwoTypesIsNeverClosed) {
  std::vector<WeekPattern::Hours> hours;
  for (int day = 0; day < 7; ++day) {
    hours.push_back({day * kDay + 480, 480, 1});
    hours.push_back({day * kDay + 960, 960, 2});
  }
  const WeekPattern::Answer answer = WeekPattern(hours).At(500);
  EXPECT_EQ(answer.type, 1);
  EXPECT_EQ(answer.same_for, 460);
  EXPECT_EQ(answer.open_or_closed_for, kForEver);
}

TEST(WeekPatternTest, AgreesWithMinuteByMinute) {
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    std::vector<WeekPattern::Hours> hours;
    for (unsigned n = random() % 6; n > 0; --n) {
      hours.push_back({static_cast<int>(random() % WeekPattern::kMinutes), static_cast<int>(1 + random() % kDay),
                       static_cast<uint8_t>(1 + random() % 2)});
    }
    std::vector<int> types(WeekPattern::kMinutes, 0);
    for (const auto& each : hours) {
      for (int i = 0; i < each.length; ++i) {
        int& type = types[(each.begin + i) % WeekPattern::kMinutes];
        type = type == 0 ? each.type : std::min<int>(type, each.type);
      }
    }
    const WeekPattern week(hours);
    for (int minute = 0; minute < WeekPattern::kMinutes; minute += 101) {
      const auto until = [&](auto differs) {
        for (int i = 1; i <= WeekPattern::kMinutes; ++i) {
          if (differs(types[(minute + i) % WeekPattern::kMinutes])) return i;
        }
        return kForEver;
      };
      const WeekPattern::Answer answer = week.At(minute);
      ASSERT_EQ(answer.type, types[minute]);
      ASSERT_EQ(answer.same_for, until([&](int type) { return type != types[minute]; }));
      const int turn = until([&](int type) { return (type == 0) != (types[minute] == 0); });
      ASSERT_EQ(answer.open_or_closed_for, turn);
      ASSERT_EQ(answer.next_type, types[(minute + (turn == kForEver ? 0 : turn)) % WeekPattern::kMinutes]);
    }
  }
}

}  // namespace
}  // namespace schutznetz::civil
