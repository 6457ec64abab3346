#include "services/common/time/holidays.h"

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::civil {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

const Holidays& TheHolidays() {
  static const Holidays* holidays = new Holidays;
  return *holidays;
}

// "03-29" and so on, in order.
std::vector<std::string> DatesOf(int year, std::string_view key) {
  std::vector<std::string> dates;
  for (absl::CivilDay day(year, 1, 1); day.year() == year; ++day) {
    const bool named = TheHolidays().On(day, key).has_value();
    EXPECT_EQ(named, TheHolidays().IsHoliday(day, Holidays::RegionOf(key))) << absl::FormatCivilTime(day);
    if (named) dates.push_back(absl::StrFormat("%02d-%02d", day.month(), day.day()));
  }
  return dates;
}

std::string NameOf(int year, int month, int day, std::string_view key) {
  const std::optional<Holiday> holiday = TheHolidays().On(absl::CivilDay(year, month, day), key);
  return holiday ? std::string(holiday->name) : "";
}

TEST(HolidaysTest, EasterIsRightInKnownYears) {
  for (const absl::CivilDay easter :
       {absl::CivilDay(1995, 4, 16), absl::CivilDay(2000, 4, 23), absl::CivilDay(2008, 3, 23),
        absl::CivilDay(2011, 4, 24), absl::CivilDay(2019, 4, 21), absl::CivilDay(2024, 3, 31),
        absl::CivilDay(2025, 4, 20), absl::CivilDay(2026, 4, 5), absl::CivilDay(2027, 3, 28),
        absl::CivilDay(2038, 4, 25), absl::CivilDay(2049, 4, 18), absl::CivilDay(2100, 3, 28)}) {
    EXPECT_EQ(EasterSunday(easter.year()), easter);
  }
}

TEST(HolidaysTest, EasterIsASundayBetween22MarchAnd25April) {
  for (int year = 1583; year < 4100; ++year) {
    const absl::CivilDay easter = EasterSunday(year);
    EXPECT_EQ(absl::GetWeekday(easter), absl::Weekday::sunday);
    EXPECT_GE(easter, absl::CivilDay(year, 3, 22));
    EXPECT_LE(easter, absl::CivilDay(year, 4, 25));
  }
}

TEST(HolidaysTest, RepentanceDayIsTheWednesdayBefore23November) {
  EXPECT_EQ(RepentanceDay(2024), absl::CivilDay(2024, 11, 20));
  EXPECT_EQ(RepentanceDay(2025), absl::CivilDay(2025, 11, 19));
  EXPECT_EQ(RepentanceDay(2026), absl::CivilDay(2026, 11, 18));
  EXPECT_EQ(RepentanceDay(2022), absl::CivilDay(2022, 11, 16));  // 23 November is a Wednesday itself.
}

TEST(HolidaysTest, CalendarsOfLaender) {
  EXPECT_THAT(DatesOf(2024, "05"), ElementsAre("01-01", "03-29", "04-01", "05-01", "05-09", "05-20", "05-30", "10-03",
                                               "11-01", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2025, "09"), ElementsAre("01-01", "01-06", "04-18", "04-21", "05-01", "05-29", "06-09", "06-19",
                                               "10-03", "11-01", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2025, "14"), ElementsAre("01-01", "04-18", "04-21", "05-01", "05-29", "06-09", "10-03", "10-31",
                                               "11-19", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2026, "12"), ElementsAre("01-01", "04-03", "04-05", "04-06", "05-01", "05-14", "05-24", "05-25",
                                               "10-03", "10-31", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2026, "16"), ElementsAre("01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "09-20", "10-03",
                                               "10-31", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2018, "16"),
              ElementsAre("01-01", "03-30", "04-02", "05-01", "05-10", "05-21", "10-03", "10-31", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2025, "10"), ElementsAre("01-01", "04-18", "04-21", "05-01", "05-29", "06-09", "06-19", "08-15",
                                               "10-03", "11-01", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2024, "06"),
              ElementsAre("01-01", "03-29", "04-01", "05-01", "05-09", "05-20", "05-30", "10-03", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2024, "15"), ElementsAre("01-01", "01-06", "03-29", "04-01", "05-01", "05-09", "05-20", "10-03",
                                               "10-31", "12-25", "12-26"));
}

TEST(HolidaysTest, BerlinOfSeveralYears) {
  EXPECT_THAT(DatesOf(2018, "11"),
              ElementsAre("01-01", "03-30", "04-02", "05-01", "05-10", "05-21", "10-03", "12-25", "12-26"));
  EXPECT_THAT(DatesOf(2019, "11"),
              ElementsAre("01-01", "03-08", "04-19", "04-22", "05-01", "05-30", "06-10", "10-03", "12-25", "12-26"));
  EXPECT_EQ(NameOf(2020, 5, 8, "11"), "Tag der Befreiung");
  EXPECT_EQ(NameOf(2021, 5, 8, "11"), "");
  EXPECT_EQ(NameOf(2025, 5, 8, "11000000-08"), "Tag der Befreiung");
  EXPECT_EQ(NameOf(2028, 6, 17, "11000"), "Jahrestag des Volksaufstandes");
  EXPECT_EQ(NameOf(2027, 6, 17, "11000"), "");
}

TEST(HolidaysTest, NumberOfHolidaysPerLandIn2026) {
  const std::vector<std::pair<std::string, size_t>> expected = {
      {"01", 10}, {"02", 10}, {"03", 10}, {"04", 10}, {"05", 11}, {"06", 10}, {"07", 11}, {"08", 12},
      {"09", 12}, {"10", 12}, {"11", 10}, {"12", 12}, {"13", 11}, {"14", 11}, {"15", 11}, {"16", 11}};
  for (const auto& [land, count] : expected) EXPECT_EQ(DatesOf(2026, land).size(), count) << land;
}

TEST(HolidaysTest, YearsFromWhichADayIsAHoliday) {
  EXPECT_EQ(NameOf(2022, 3, 8, "13"), "");
  EXPECT_EQ(NameOf(2023, 3, 8, "13"), "Internationaler Frauentag");
  for (const char* land : {"01", "02", "03", "04"}) {
    EXPECT_EQ(NameOf(2016, 10, 31, land), "");
    EXPECT_EQ(NameOf(2018, 10, 31, land), "Reformationstag");
  }
  for (const char* land : {"00", "01", "05", "09", "11"}) EXPECT_EQ(NameOf(2017, 10, 31, land), "Reformationstag");
  EXPECT_EQ(NameOf(2018, 10, 31, "05"), "");
  EXPECT_EQ(NameOf(1994, 12, 25, "05"), "");
}

TEST(HolidaysTest, FriedensfestIsInTheCityOfAugsburgOnly) {
  for (const char* key : {"09761", "09761000"}) EXPECT_EQ(NameOf(2026, 8, 8, key), "Augsburger Friedensfest");
  for (const char* key : {"09", "097", "09772", "09162000", "00"}) EXPECT_EQ(NameOf(2026, 8, 8, key), "") << key;
  EXPECT_EQ(DatesOf(2026, "09761000").size(), 14u);  // The most of any place in the country.
}

TEST(HolidaysTest, MariaeHimmelfahrtFollowsTheMunicipality) {
  for (const char* key : {"10", "10041", "09162000", "09162", "09761000", "09663000", "09778203"}) {
    EXPECT_EQ(NameOf(2026, 8, 15, key), "Mariä Himmelfahrt") << key;
  }
  for (const char* key : {"09", "09564000", "09563000", "09779194", "09675116", "08111"})
    EXPECT_EQ(NameOf(2026, 8, 15, key), "") << key;
}

TEST(HolidaysTest, FronleichnamInNamedMunicipalities) {
  for (const char* key : {"05", "06", "07", "08", "09", "10", "14625080", "16061", "16061045", "16063032"}) {
    EXPECT_EQ(NameOf(2026, 6, 4, key), "Fronleichnam") << key;
  }
  for (const char* key : {"14", "14625", "14625020", "16", "16064", "16055", "03", "11"})
    EXPECT_EQ(NameOf(2026, 6, 4, key), "") << key;
}

TEST(HolidaysTest, UnknownKeysHaveTheDaysOfTheWholeCountry) {
  const std::vector<std::string> whole = DatesOf(2026, "00");
  EXPECT_THAT(whole, ElementsAre("01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"));
  for (const char* key : {"", "0", "17", "99999", "pd-nw-muenster", "x1"}) EXPECT_EQ(DatesOf(2026, key), whole) << key;
  for (const char* land : {"01", "05", "09", "16"}) EXPECT_THAT(DatesOf(2026, land), IsSupersetOf(whole));
}

TEST(HolidaysTest, DaysBeyondTheTableAreComputed) {
  EXPECT_EQ(NameOf(2101, 12, 25, "05"), "1. Weihnachtstag");
  EXPECT_TRUE(TheHolidays().IsHoliday(absl::CivilDay(2150, 1, 1), Holidays::RegionOf("05")));
  EXPECT_FALSE(TheHolidays().IsHoliday(absl::CivilDay(2150, 1, 2), Holidays::RegionOf("05")));
  EXPECT_FALSE(TheHolidays().IsHoliday(absl::CivilDay(1, 1, 1), HolidayRegion()));
}

}  // namespace
}  // namespace schutznetz::civil
