// The numbers of a period through all programs: people registered and checked in one by one, networks asked of the
// directory, the answer read by everybody at the gateway.
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "schutznetz/directory/v1/directory_service.pb.h"
#include "schutznetz/events/v1/events_service.pb.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/caller.h"

namespace schutznetz::e2e {
namespace {

using common::v1::Profession;
using events::v1::Event;
using events::v1::Statistics;
using testing::IsOk;
using ::testing::SizeIs;

constexpr int kThreads = 4;
constexpr char kOrganizer[] = "musterstelle";

// An event with the people who came: so many of each profession, on site and online.
struct Held {
  Event::Type type = Event::WORKSHOP;
  absl::CivilDay day;
  std::string land;
  struct Group {
    Profession::Code profession;
    Event::Attendance attendance;
    int count;
  };
  std::vector<Group> groups;
  int missed = 0;  // registered, and not there
};

class StatisticsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  StatisticsTest() : installation_(GetParam()) {
    directory::v1::CreateOrganizationRequest create;
    create.set_organization_id(kOrganizer);
    create.mutable_organization()->set_display_name("Musterstelle");
    EXPECT_THAT(MakeGrpcCaller(installation_, kStaff)->Do<directory::v1::Organization>("CreateOrganization", create),
                IsOk());
  }

  void MakeNetwork(const std::string& id, const std::string& founded, const std::vector<std::string>& extended,
                   common::v1::Visibility protection = common::v1::PUBLIC) {
    directory::v1::CreateNetworkRequest create;
    create.set_network_id(id);
    directory::v1::Network& network = *create.mutable_network();
    network.set_display_name("Kooperation " + id);
    network.add_lands("lands/DE-NW");
    network.set_founding_date(founded);
    for (const std::string& date : extended) network.add_extension_dates(date);
    network.set_protection(protection);
    EXPECT_THAT(MakeGrpcCaller(installation_, kStaff)->Do<directory::v1::Network>("CreateNetwork", create), IsOk());
  }

  // Holds an event: makes it, registers everybody, checks in who came.
  void Hold(const Held& held) {
    const auto staff = MakeGrpcCaller(installation_, kStaff);
    const auto made = staff->Do<Event>("CreateEvent", EventOf(held), EventsService());
    ASSERT_THAT(made, IsOk());
    events::v1::ImportRegistrationsRequest import;
    import.set_parent(made->name());
    for (const Held::Group& group : held.groups) {
      for (int i = 0; i < group.count; ++i) Add(group, held.land, &import);
    }
    const int came = import.registrations_size();
    for (int i = 0; i < held.missed; ++i) Add({Profession::POLICE, Event::ON_SITE, 1}, held.land, &import);
    const auto imported =
        staff->Do<events::v1::ImportRegistrationsResponse>("ImportRegistrations", import, EventsService());
    ASSERT_THAT(imported, IsOk());
    ASSERT_EQ(imported->outcomes_size(), came + held.missed);
    for (int i = 0; i < came; ++i) {
      ASSERT_EQ(imported->outcomes(i).refusal(), "");
      events::v1::CheckInRegistrationRequest there;
      there.set_name(imported->outcomes(i).registration().name());
      ASSERT_THAT(staff->Do<events::v1::Registration>("CheckInRegistration", there, EventsService()), IsOk());
    }
  }
  // Several at once: each is a write of its own.
  void HoldAll(const std::vector<Held>& all) {
    std::vector<std::thread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, &all, t] {
        for (size_t i = t; i < all.size(); i += kThreads) Hold(all[i]);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  // As GET /v1/statistics answers it.
  absl::StatusOr<Statistics> Numbers(int year, const std::string& subject = kNobody, const std::string& land = "") {
    events::v1::GetStatisticsRequest request;
    request.set_start_date(absl::StrCat(year, "-01-01"));
    request.set_end_date(absl::StrCat(year, "-12-31"));
    request.set_land(land);
    return MakeRestCaller(installation_, subject)->Do<Statistics>("GetStatistics", request, EventsService());
  }

  static std::string Of(const Statistics& numbers, Profession::Code profession) {
    return numbers.by_profession(profession - 1).participants().text();
  }

  Installation installation_;

 private:
  static events::v1::CreateEventRequest EventOf(const Held& held) {
    events::v1::CreateEventRequest create;
    Event& event = *create.mutable_event();
    event.set_display_name("Kinderhandel erkennen");
    event.set_type(held.type);
    event.set_state(Event::PUBLISHED);
    event.set_land(held.land);
    event.set_organizer(absl::StrCat("organizations/", kOrganizer));
    events::v1::Session& session = *event.add_sessions();
    const int64_t start = absl::ToUnixSeconds(absl::FromCivil(held.day, absl::UTCTimeZone())) + 10 * 3600;
    session.mutable_start_time()->set_seconds(start);
    session.mutable_end_time()->set_seconds(start + 3 * 3600);
    session.mutable_place()->set_city("Musterstadt");
    session.mutable_online_room()->set_platform("Muster");
    return create;
  }
  static void Add(const Held::Group& group, const std::string& land, events::v1::ImportRegistrationsRequest* import) {
    events::v1::Registration& person = *import->add_registrations();
    person.set_display_name("Musterperson");
    person.set_email(absl::StrCat("person-", import->registrations_size(), "@example.org"));
    person.set_profession(group.profession);
    person.set_attendance(group.attendance);
    person.set_land(land);
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, StatisticsTest, testing::AllEngines(), testing::EngineName);

// The cooperation programme's report on 2021: 12 Länder, 8 networks, 20 workshops, 30 seminars, 1,800 people.
TEST_P(StatisticsTest, TheFiguresOf2021) {
  const std::vector<std::string> lands = {"BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH"};
  const std::vector<Held::Group> people = {{Profession::POLICE, Event::ON_SITE, 12},
                                           {Profession::YOUTH_WELFARE, Event::ON_SITE, 12},
                                           {Profession::COUNSELLING, Event::ONLINE, 12}};
  std::vector<Held> year;
  for (size_t i = 0; i < 50; ++i) {
    year.push_back({i < 20 ? Event::WORKSHOP : Event::SEMINAR,
                    absl::CivilDay(2021, 1 + static_cast<int>(i % 12), 1 + static_cast<int>(i % 28)),
                    "lands/DE-" + lands[i % lands.size()], people, i < 2 ? 2 : 0});
  }
  year.push_back(
      {Event::SEMINAR, absl::CivilDay(2020, 12, 31), "lands/DE-SL", {{Profession::POLICE, Event::ONLINE, 9}}});
  HoldAll(year);
  for (int i = 0; i < 6; ++i) MakeNetwork(absl::StrCat("gegruendet-", i), absl::StrCat("2021-03-0", i + 1), {});
  MakeNetwork("erweitert-1", "2019-01-01", {"2020-05-01", "2021-10-01"});
  MakeNetwork("erweitert-2", "2018-01-01", {"2021-12-31"});
  MakeNetwork("aelter", "2019-01-01", {"2020-10-01", "2022-01-01"});
  MakeNetwork("verdeckt", "2021-06-01", {}, common::v1::NETWORK);

  const auto numbers = Numbers(2021);
  ASSERT_THAT(numbers, IsOk());
  EXPECT_THAT(numbers->lands_reached(), SizeIs(12));
  EXPECT_THAT(numbers->networks(), SizeIs(8));
  EXPECT_EQ(numbers->events(), 50);
  ASSERT_THAT(numbers->by_type(), SizeIs(2));
  EXPECT_EQ(numbers->by_type(0).type(), Event::WORKSHOP);
  EXPECT_EQ(numbers->by_type(0).events(), 20);
  EXPECT_EQ(numbers->by_type(1).type(), Event::SEMINAR);
  EXPECT_EQ(numbers->by_type(1).events(), 30);
  EXPECT_EQ(numbers->participants().text(), "1800");
  EXPECT_EQ(Of(*numbers, Profession::POLICE), "600");
  EXPECT_EQ(numbers->by_attendance(0).participants().text(), "1200");
  EXPECT_EQ(numbers->by_attendance(1).participants().text(), "600");
  EXPECT_FALSE(numbers->exact());
}

// What everybody reads shows no group below five, nor does anything subtracted from anything; editors count exactly.
TEST_P(StatisticsTest, SmallGroupsAreForEditorsOnly) {
  HoldAll({{Event::WORKSHOP,
            absl::CivilDay(2022, 5, 2),
            "lands/DE-NW",
            {{Profession::POLICE, Event::ON_SITE, 3},
             {Profession::HEALTH, Event::ON_SITE, 6},
             {Profession::JUDICIARY, Event::ON_SITE, 7}}},
           {Event::SEMINAR, absl::CivilDay(2022, 6, 2), "lands/DE-BY", {{Profession::POLICE, Event::ONLINE, 4}}}});
  const auto numbers = Numbers(2022);
  ASSERT_THAT(numbers, IsOk());
  EXPECT_EQ(numbers->events(), 2);
  EXPECT_EQ(numbers->participants().text(), "16");
  EXPECT_EQ(Of(*numbers, Profession::POLICE), "<5");
  EXPECT_EQ(Of(*numbers, Profession::HEALTH), "<5") << "or the total would tell the police";
  EXPECT_EQ(Of(*numbers, Profession::JUDICIARY), "7");
  EXPECT_EQ(Of(*numbers, Profession::RESEARCH), "<5") << "nobody looks like a few";
  EXPECT_EQ(Numbers(2022, kNobody, "lands/DE-BY")->participants().text(), "<5");
  const auto exact = Numbers(2022, kStaff);
  ASSERT_THAT(exact, IsOk());
  EXPECT_TRUE(exact->exact());
  EXPECT_EQ(exact->participants().text(), "20");
  EXPECT_EQ(Of(*exact, Profession::POLICE), "7");
}

}  // namespace
}  // namespace schutznetz::e2e
