// What is hidden is nowhere: bytes, counts, order, etags and times are those of a directory without it.
#include <cmath>
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "schutznetz/events/v1/event.pb.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/every_read.h"
#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {
namespace {

using namespace directory::v1;  // NOLINT: requests and resources of one contract
using ::testing::HasSubstr;
using ::testing::Not;

class HiddenTest : public EveryWay {
 protected:
  // By method what a caller is answered.
  using Answers = std::map<std::string, std::string>;

  // Everybody who has no right to know of what is hidden in North Rhine-Westphalia: the public, and people whose rights
  // lie elsewhere.
  std::map<std::string, Answers> ReadAsStrangers() {
    std::map<std::string, Answers> all;
    for (const char* row : {"public", "professional", "member of another network", "editor of another Land", "operator",
                            "partner with restricted.read"}) {
      auto reader = MakeCaller(SamplePeople(GetParam().engine).at(row));
      all[row] = ReadEverything(*reader, names_);
    }
    return all;
  }
  // Fails when any answer differs from `before`.
  void ExpectSame(const std::map<std::string, Answers>& before, const std::string& when) {
    const std::map<std::string, Answers> now = ReadAsStrangers();
    for (const auto& [row, answers] : before) {
      for (const auto& [method, answer] : answers) {
        EXPECT_EQ(answer, now.at(row).at(method)) << method << " as " << row << " " << when;
      }
    }
  }

  std::string Unique(const char* stem) {
    static int count = 0;
    return absl::StrCat(stem, "-x", ++count, "-", static_cast<int>(GetParam().transport), "-",
                        static_cast<int>(GetParam().engine));
  }

  HiddenNames names_;
};

TEST_P(HiddenTest, CreatingChangingAndDeletingAHiddenShelterChangesNoByteOfStrangers) {
  auto editor = MakeCaller(kStaff);
  // As long as the names that the server makes, so that answers which repeat a name can be compared byte by byte.
  names_ = {"organizations/xneverwashere22222222222222", "locations/xneverwashere33333333333333",
            "services/xneverwashere44444444444444", "serviceAtLocations/xneverwashere55555555555555"};
  const auto before = ReadAsStrangers();

  CreateOrganizationRequest organization;
  organization.mutable_organization()->set_display_name("Geheimwort Zuflucht");
  organization.mutable_organization()->set_land("lands/DE-NW");
  organization.mutable_organization()->set_protection(common::v1::PROTECTED);
  auto owner = editor->Do<Organization>("CreateOrganization", organization);
  ASSERT_THAT(owner, testing::IsOk());
  names_.organization = owner->name();

  CreateLocationRequest location;
  location.mutable_location()->set_organization(owner->name());
  location.mutable_location()->set_kreis_key("05315");
  location.mutable_location()->mutable_address()->set_street("Geheimwort 1");
  location.mutable_location()->mutable_point()->set_latitude(50.95);
  location.mutable_location()->mutable_point()->set_longitude(6.95);
  auto place = editor->Do<Location>("CreateLocation", location);
  ASSERT_THAT(place, testing::IsOk());
  names_.location = place->name();

  CreateServiceRequest service;
  service.mutable_service()->set_organization(owner->name());
  service.mutable_service()->set_display_name("Zuflucht Geheimwort");
  service.mutable_service()->set_kind(Service::SHELTER);
  service.mutable_service()->set_land("lands/DE-NW");
  service.mutable_service()->add_topics("Geheimthema");
  service.mutable_service()->add_languages("tlh");
  service.mutable_service()->set_advises_minors(Service::YES);
  service.mutable_service()->add_service_areas()->set_area_key("05");
  service.mutable_service()->add_phones()->set_number("+493023125999");
  auto* hours = service.mutable_service()->add_schedules();
  hours->set_opens_at("00:00");
  hours->set_closes_at("24:00");
  hours->set_holiday_policy(common::v1::Schedule::OPEN_ON_HOLIDAYS);
  auto shelter = editor->Do<Service>("CreateService", service);
  ASSERT_THAT(shelter, testing::IsOk());
  names_.service = shelter->name();

  CreateServiceAtLocationRequest at;
  at.mutable_service_at_location()->set_service(shelter->name());
  at.mutable_service_at_location()->set_location(place->name());
  auto join = editor->Do<ServiceAtLocation>("CreateServiceAtLocation", at);
  ASSERT_THAT(join, testing::IsOk());
  names_.service_at_location = join->name();
  ExpectSame(before, "after it was created");

  UpdateServiceRequest update;
  *update.mutable_service() = *shelter;
  update.mutable_service()->set_display_name("Geheimwort geändert");
  update.mutable_update_mask()->add_paths("display_name");
  auto changed = editor->Do<Service>("UpdateService", update);
  ASSERT_THAT(changed, testing::IsOk());
  ExpectSame(before, "after it was changed");

  auto remove = [&](auto request, const char* method, const auto& record) {
    request.set_name(record.name());
    request.set_etag(record.etag());
    auto removed = editor->Do<std::decay_t<decltype(record)>>(method, request);
    EXPECT_THAT(removed, testing::IsOk()) << method;
  };
  remove(DeleteServiceAtLocationRequest(), "DeleteServiceAtLocation", *join);
  ExpectSame(before, "after it lost its location");
  remove(DeleteServiceRequest(), "DeleteService", *changed);
  remove(DeleteLocationRequest(), "DeleteLocation", *place);
  remove(DeleteOrganizationRequest(), "DeleteOrganization", *owner);
  ExpectSame(before, "after it was deleted");
}

TEST_P(HiddenTest, AHiddenFieldOfAVisibleRecordChangesNoByteOfStrangers) {
  auto editor = MakeCaller(kStaff);
  GetServiceRequest get;
  get.set_name("services/jugendamt-koeln-kinderschutz");
  names_ = {"organizations/jugendamt-koeln", "locations/jugendamt-koeln", get.name(),
            "serviceAtLocations/none-of-this"};
  const auto before = ReadAsStrangers();
  auto service = editor->Do<Service>("GetService", get);
  ASSERT_THAT(service, testing::IsOk());
  UpdateServiceRequest update;
  update.mutable_service()->set_name(get.name());
  update.mutable_service()->set_etag(service->etag());
  update.mutable_service()->set_internal_note(Unique("Notiz"));
  update.mutable_update_mask()->add_paths("internal_note");
  ASSERT_THAT(editor->Do<Service>("UpdateService", update), testing::IsOk());
  ExpectSame(before, "after a note was written");
}

TEST_P(HiddenTest, AWriteToAHiddenRecordWithoutRightsAnswersAsToAMissingOne) {
  auto stranger = MakeCaller();
  DeleteServiceRequest request;
  request.set_name("services/never-was-here-3");
  request.set_etag("x");
  const auto missing = stranger->Do<Service>("DeleteService", request);
  EXPECT_FALSE(missing.ok());
  EXPECT_THAT(missing, testing::HasReason("CREDENTIALS_REQUIRED"));
}

// An event as editors of NW make it; everything that could be told of it is unlike everything else.
events::v1::CreateEventRequest SecretEvent() {
  events::v1::CreateEventRequest create;
  events::v1::Event& event = *create.mutable_event();
  event.set_display_name("Geheimwort Fachtag");
  event.set_type(events::v1::Event::ROUND_TABLE);
  event.set_organizer("organizations/jugendamt-koeln");
  event.set_land("lands/DE-NW");
  event.set_network("networks/kooperation-nordrhein-westfalen");
  event.set_series("Geheimreihe");
  event.add_languages("tlh");
  event.add_topics("Geheimthema");
  auto* session = event.add_sessions();
  session->mutable_start_time()->set_seconds(1'803'800'000);
  session->mutable_end_time()->set_seconds(1'803'810'000);
  session->mutable_place()->set_city("Geheimstadt");
  session->mutable_online_room()->set_join_url("https://geheimwort.example.org/raum");
  return create;
}

class HiddenEventTest : public HiddenTest {
 protected:
  HiddenEventTest() {
    names_ = {"organizations/none-of-this", "locations/none-of-this", "services/none-of-this",
              "serviceAtLocations/none-of-this"};
  }
  template <typename Request>
  absl::StatusOr<events::v1::Event> Do(const char* method, const Request& request) {
    return MakeCaller(kStaff)->Do<events::v1::Event>(method, request, EventsService());
  }
  template <typename Request>
  absl::StatusOr<events::v1::Event> Step(const char* method, const events::v1::Event& event) {
    Request request;
    request.set_name(event.name());
    request.set_etag(event.etag());
    return Do(method, request);
  }
};

TEST_P(HiddenEventTest, ADraftChangesNoByteOfStrangersUntilItIsPublished) {
  const auto before = ReadAsStrangers();
  const auto draft = Do("CreateEvent", SecretEvent());
  ASSERT_THAT(draft, testing::IsOk());
  names_.event = draft->name();
  ExpectSame(before, "after a draft was made");
  events::v1::UpdateEventRequest update;
  *update.mutable_event() = *draft;
  update.mutable_event()->set_display_name("Geheimwort geändert");
  update.mutable_update_mask()->add_paths("display_name");
  const auto changed = Do("UpdateEvent", update);
  ASSERT_THAT(changed, testing::IsOk());
  ExpectSame(before, "after it was changed");
  const auto published = Step<events::v1::PublishEventRequest>("PublishEvent", *changed);
  ASSERT_THAT(published, testing::IsOk());
  const auto now = ReadAsStrangers();
  EXPECT_NE(now.at("public").at("GetEvent#0"), before.at("public").at("GetEvent#0"));
  EXPECT_THAT(now.at("public").at("SearchEvents#1"), HasSubstr("Geheimwort"));
  for (const auto& [row, answers] : now) {
    for (const auto& [method, answer] : answers) {
      EXPECT_THAT(answer, Not(HasSubstr("geheimwort.example.org"))) << method << " as " << row;
    }
  }
  const auto cancelled = Step<events::v1::CancelEventRequest>("CancelEvent", *published);
  ASSERT_THAT(cancelled, testing::IsOk());
  ASSERT_THAT(Step<events::v1::DeleteEventRequest>("DeleteEvent", *cancelled), testing::IsOk());
  ExpectSame(before, "after it was deleted");
}

TEST_P(HiddenEventTest, AnEventOfANetworkIsNowhereForOthers) {
  const auto before = ReadAsStrangers();
  events::v1::CreateEventRequest create = SecretEvent();
  create.mutable_event()->set_state(events::v1::Event::PUBLISHED);
  create.mutable_event()->set_protection(common::v1::NETWORK);
  const auto made = Do("CreateEvent", create);
  ASSERT_THAT(made, testing::IsOk());
  names_.event = made->name();
  ExpectSame(before, "after it was made");
  const auto cancelled = Step<events::v1::CancelEventRequest>("CancelEvent", *made);
  ASSERT_THAT(cancelled, testing::IsOk());
  ExpectSame(before, "after it was cancelled");
  ASSERT_THAT(Step<events::v1::DeleteEventRequest>("DeleteEvent", *cancelled), testing::IsOk());
  ExpectSame(before, "after it was deleted");
}

TEST_P(HiddenEventTest, AJoinLinkChangesNoByteOfStrangers) {
  events::v1::CreateEventRequest create = SecretEvent();
  create.mutable_event()->set_state(events::v1::Event::PUBLISHED);
  const auto made = Do("CreateEvent", create);
  ASSERT_THAT(made, testing::IsOk());
  names_.event = made->name();
  const auto before = ReadAsStrangers();
  EXPECT_THAT(before.at("public").at("GetEvent#0"), HasSubstr("Geheimstadt"));
  events::v1::UpdateEventRequest update;
  *update.mutable_event() = *made;
  update.mutable_event()->mutable_sessions(0)->mutable_online_room()->set_join_url("https://anders.example.org/raum");
  update.mutable_event()->mutable_sessions(0)->mutable_online_room()->set_join_note("Kennwort");
  update.mutable_update_mask()->add_paths("sessions");
  const auto changed = Do("UpdateEvent", update);
  ASSERT_THAT(changed, testing::IsOk());
  EXPECT_EQ(changed->sessions(0).online_room().join_note(), "Kennwort");
  EXPECT_NE(changed->etag(), made->etag());
  ExpectSame(before, "after the link was changed");
  const auto cancelled = Step<events::v1::CancelEventRequest>("CancelEvent", *changed);
  ASSERT_THAT(Step<events::v1::DeleteEventRequest>("DeleteEvent", *cancelled), testing::IsOk());
}

// Service of the sample at a withheld address: Hamburg's counselling centre.
constexpr char kWithheld[] = "services/fachberatung-hamburg-mitte-beratung";

TEST_P(HiddenTest, AWithheldAddressGivesNoPointNoStreetAndNoLocation) {
  auto reader = MakeCaller();
  SearchServicesRequest search;
  search.set_q("Fachberatung Hamburg Mitte");
  search.mutable_near()->set_latitude(53.55);
  search.mutable_near()->set_longitude(10.0);
  auto result = reader->Do<SearchServicesResponse>("SearchServices", search);
  ASSERT_THAT(result, testing::IsOk());
  bool found = false;
  for (const SearchHit& hit : result->hits()) {
    if (hit.service().name() != kWithheld) continue;
    found = true;
    EXPECT_FALSE(hit.location().has_point());
    EXPECT_FALSE(hit.location().has_address());
    EXPECT_TRUE(hit.distance_approximate());
  }
  EXPECT_TRUE(found) << result->DebugString();
  GetLocationRequest get;
  get.set_name("locations/fachberatung-hamburg-mitte");
  auto location = reader->Do<Location>("GetLocation", get);
  if (location.ok()) {
    EXPECT_FALSE(location->has_point());
    EXPECT_FALSE(location->has_address());
    EXPECT_EQ(location->display_name(), "");
  }
  ListServiceAtLocationsRequest list;
  list.set_service(kWithheld);
  auto joins = reader->Do<ListServiceAtLocationsResponse>("ListServiceAtLocations", list);
  ASSERT_THAT(joins, testing::IsOk());
  for (const auto& join : joins->service_at_locations()) EXPECT_EQ(join.location(), "");
  ListServiceAtLocationsRequest by_location;
  by_location.set_location("locations/fachberatung-hamburg-mitte");
  auto back = reader->Do<ListServiceAtLocationsResponse>("ListServiceAtLocations", by_location);
  EXPECT_TRUE(!back.ok() || back->service_at_locations_size() == 0) << "the filter tells which location it is";
}

double Metres(double lat1, double lon1, double lat2, double lon2) {
  constexpr double kRad = M_PI / 180;
  const double a = std::pow(std::sin((lat2 - lat1) * kRad / 2), 2) +
                   std::cos(lat1 * kRad) * std::cos(lat2 * kRad) * std::pow(std::sin((lon2 - lon1) * kRad / 2), 2);
  return 2 * 6371008.8 * std::asin(std::sqrt(a));
}

TEST_P(HiddenTest, TwoHundredMeasurementsFindNothingCloserThanTheKreisCentre) {
  auto reader = MakeCaller();
  GetAreaRequest area;
  area.set_name("areas/02000");
  auto kreis = reader->Do<Area>("GetArea", area);
  ASSERT_THAT(kreis, testing::IsOk());
  std::mt19937 random(7);
  std::uniform_real_distribution<double> latitude(53.3, 53.8), longitude(9.7, 10.3);
  for (int i = 0; i < 200; ++i) {
    SearchServicesRequest search;
    search.set_q("Fachberatung Hamburg Mitte");
    search.mutable_near()->set_latitude(latitude(random));
    search.mutable_near()->set_longitude(longitude(random));
    auto result = reader->Do<SearchServicesResponse>("SearchServices", search);
    ASSERT_THAT(result, testing::IsOk());
    for (const SearchHit& hit : result->hits()) {
      if (hit.service().name() != kWithheld) continue;
      const double from_centre = Metres(search.near().latitude(), search.near().longitude(), kreis->center().latitude(),
                                        kreis->center().longitude());
      ASSERT_NEAR(hit.distance_m(), from_centre, 60) << "the distance tells more than the Kreis";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, HiddenTest, AllWays(), WayName);
INSTANTIATE_TEST_SUITE_P(Ways, HiddenEventTest, AllWays(), WayName);

}  // namespace
}  // namespace schutznetz::e2e
