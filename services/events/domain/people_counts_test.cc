#include "services/events/domain/people_counts.h"

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::events {
namespace {

using common::v1::Profession;

v1::Event Workshop(const std::string& land = "lands/DE-NW") {
  v1::Event event;
  event.set_type(v1::Event::WORKSHOP);
  event.set_land(land);
  return event;
}

PeopleGroup Group(Profession::Code profession, int64_t count, v1::Event::Attendance way = v1::Event::ON_SITE) {
  return {profession, "lands/DE-NW", way, count};
}

v1::Statistics Count(const std::vector<std::vector<PeopleGroup>>& events, bool exact = false) {
  PeopleCounts counts(exact);
  for (const auto& groups : events) counts.Add(Workshop(), groups);
  v1::Statistics statistics;
  counts.Fill(&statistics);
  return statistics;
}

const v1::Statistics::People& Of(const v1::Statistics& statistics, Profession::Code profession) {
  return statistics.by_profession(profession - 1).participants();
}

TEST(PeopleCountsTest, GroupsFromFiveUpAreCounted) {
  const v1::Statistics statistics =
      Count({{Group(Profession::POLICE, 7), Group(Profession::HEALTH, 12)}, {Group(Profession::POLICE, 5)}});
  EXPECT_EQ(statistics.participants().text(), "24");
  EXPECT_EQ(Of(statistics, Profession::POLICE).text(), "12");
  EXPECT_EQ(Of(statistics, Profession::HEALTH).text(), "12");
  EXPECT_EQ(statistics.by_type(0).participants().count(), 24);
}

TEST(PeopleCountsTest, AnEventOfFewerThanFiveCountsAsAnEventOnly) {
  const v1::Statistics statistics = Count({{Group(Profession::POLICE, 4)}});
  EXPECT_EQ(statistics.events(), 1);
  EXPECT_EQ(statistics.participants().text(), "<5");
  EXPECT_EQ(statistics.participants().count(), 0);
}

TEST(PeopleCountsTest, ASmallGroupTakesTheSmallestCellWithIt) {
  const v1::Statistics statistics =
      Count({{Group(Profession::POLICE, 2), Group(Profession::HEALTH, 6), Group(Profession::EDUCATION, 20)}});
  EXPECT_EQ(statistics.participants().count(), 28);
  EXPECT_EQ(Of(statistics, Profession::POLICE).text(), "<5");
  EXPECT_EQ(Of(statistics, Profession::HEALTH).text(), "<5");
  EXPECT_EQ(Of(statistics, Profession::EDUCATION).text(), "20");
  EXPECT_EQ(statistics.without_profession().count(), 8);
}

TEST(PeopleCountsTest, NobodyLooksLikeAFew) {
  const v1::Statistics statistics = Count({{Group(Profession::EDUCATION, 20)}});
  EXPECT_EQ(Of(statistics, Profession::POLICE).text(), "<5");
}

TEST(PeopleCountsTest, WhoMayKnowGetsEverything) {
  const v1::Statistics statistics = Count({{Group(Profession::POLICE, 2), Group(Profession::HEALTH, 1)}}, true);
  EXPECT_TRUE(statistics.exact());
  EXPECT_EQ(statistics.participants().text(), "3");
  EXPECT_EQ(Of(statistics, Profession::POLICE).text(), "2");
  EXPECT_EQ(Of(statistics, Profession::COUNSELLING).text(), "0");
}

TEST(PeopleCountsTest, ALandIsReachedByAnEventOrByFivePeople) {
  PeopleCounts counts(false);
  counts.Add(Workshop("lands/DE-BE"), {{Profession::POLICE, "lands/DE-BB", v1::Event::ONLINE, 5},
                                       {Profession::POLICE, "lands/DE-SN", v1::Event::ONLINE, 4}});
  v1::Statistics statistics;
  counts.Fill(&statistics);
  EXPECT_THAT(statistics.lands_reached(), ::testing::ElementsAre("lands/DE-BB", "lands/DE-BE"));
}

// Whatever two answers are subtracted: what an event adds to any count, and what its total leaves beside its cells, is
// nothing or at least five.
TEST(PeopleCountsTest, NoDifferenceOfAnswersShowsASmallGroup) {
  std::mt19937 random(20211);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::vector<PeopleGroup>> events(1 + random() % 4);
    for (auto& groups : events) {
      const size_t count = 1 + random() % 5;
      for (size_t i = 0; i < count; ++i) {
        groups.push_back(Group(static_cast<Profession::Code>(1 + random() % 13), static_cast<int64_t>(random() % 9),
                               random() % 2 == 0 ? v1::Event::ON_SITE : v1::Event::ONLINE));
      }
    }
    const v1::Statistics with = Count(events);
    events.pop_back();
    const v1::Statistics without = Count(events);
    const auto safe = [](const v1::Statistics::People& more, const v1::Statistics::People& less) {
      const int64_t difference = more.count() - less.count();
      return difference == 0 || difference >= kSmallestGroup;
    };
    EXPECT_TRUE(safe(with.participants(), without.participants()));
    EXPECT_TRUE(safe(with.without_profession(), without.without_profession()));
    EXPECT_TRUE(safe(with.without_attendance(), without.without_attendance()));
    for (int i = 0; i < with.by_profession_size(); ++i) {
      EXPECT_TRUE(safe(with.by_profession(i).participants(), without.by_profession(i).participants()));
    }
    for (int i = 0; i < with.by_attendance_size(); ++i) {
      EXPECT_TRUE(safe(with.by_attendance(i).participants(), without.by_attendance(i).participants()));
    }
  }
}

}  // namespace
}  // namespace schutznetz::events
