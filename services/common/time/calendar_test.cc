#include "services/common/time/calendar.h"

#include "gtest/gtest.h"

namespace schutznetz::civil {
namespace {

const Calendar& TheCalendar() {
  static const Calendar* calendar = new Calendar(*Calendar::Load());
  return *calendar;
}

absl::Time Utc(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

int32_t Minute(int year, int month, int day, int hour, int minute) {
  return static_cast<int32_t>((absl::CivilMinute(year, month, day, hour, minute) - absl::CivilMinute(1970, 1, 1)));
}

TEST(CalendarTest, SummerAndWinterMinutesAreThoseOfBerlin) {
  EXPECT_EQ(TheCalendar().At(Utc("2026-11-22T01:00:00Z")).minute, Minute(2026, 11, 22, 2, 0));
  EXPECT_EQ(TheCalendar().At(Utc("2026-07-22T01:00:59Z")).minute, Minute(2026, 7, 22, 3, 0));
}

TEST(CalendarTest, SkippedMinutesArePassedAtTheChange) {
  // 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
  EXPECT_EQ(TheCalendar().InstantOf(Minute(2026, 3, 29, 2, 0)), Utc("2026-03-29T01:00:00Z"));
  EXPECT_EQ(TheCalendar().InstantOf(Minute(2026, 3, 29, 2, 30)), Utc("2026-03-29T01:00:00Z"));
  EXPECT_EQ(TheCalendar().InstantOf(Minute(2026, 3, 29, 3, 0)), Utc("2026-03-29T01:00:00Z"));
  EXPECT_EQ(TheCalendar().InstantOf(Minute(2026, 3, 29, 3, 1)), Utc("2026-03-29T01:01:00Z"));
  EXPECT_EQ(TheCalendar().At(Utc("2026-03-29T00:59:59Z")).minute, Minute(2026, 3, 29, 1, 59));
}

TEST(CalendarTest, TheRepeatedHourCountsOnce) {
  // 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC.
  EXPECT_EQ(TheCalendar().At(Utc("2026-10-25T00:30:00Z")).minute, Minute(2026, 10, 25, 2, 30));
  EXPECT_EQ(TheCalendar().At(Utc("2026-10-25T01:30:00Z")).minute, Minute(2026, 10, 25, 2, 59));
  EXPECT_EQ(TheCalendar().At(Utc("2026-10-25T02:00:00Z")).minute, Minute(2026, 10, 25, 3, 0));
  EXPECT_EQ(TheCalendar().InstantOf(Minute(2026, 10, 25, 2, 30)), Utc("2026-10-25T00:30:00Z"));
}

TEST(CalendarTest, MinutesNeverRunBackwardsAndInvertWithinAYear) {
  int32_t last = 0;
  for (absl::Time t = Utc("2026-03-28T00:00:00Z"); t < Utc("2026-03-30T00:00:00Z"); t += absl::Minutes(1)) {
    const int32_t minute = TheCalendar().At(t).minute;
    EXPECT_GE(minute, last);
    EXPECT_EQ(TheCalendar().InstantOf(minute), t);
    last = minute;
  }
  last = 0;
  for (absl::Time t = Utc("2026-10-24T00:00:00Z"); t < Utc("2026-10-26T00:00:00Z"); t += absl::Minutes(1)) {
    const int32_t minute = TheCalendar().At(t).minute;
    EXPECT_GE(minute, last);
    EXPECT_LE(TheCalendar().InstantOf(minute), t);
    last = minute;
  }
}

TEST(CalendarTest, InstantsFarAwayAreMovedToTheEnds) {
  EXPECT_EQ(TheCalendar().At(absl::InfinitePast()).day(), 0);
  EXPECT_EQ(TheCalendar().At(absl::InfiniteFuture()).day(), Calendar::NumberOf(absl::CivilDay(4000, 1, 1)));
}

}  // namespace
}  // namespace schutznetz::civil
