#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/area.pb.h"
#include "services/common/testing/matchers.h"
#include "services/directory/api/reading_fixture.h"

namespace schutznetz::directory {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;

constexpr char kHidden[] = "protection: PROTECTED";

template <typename Request>
Request Named(const std::string& name) {
  Request request;
  request.set_name(name);
  return request;
}

class RecordReads : public ::testing::Test {
 protected:
  v1::Organization Organization(const std::string& id, const std::string& more = "") {
    return reading_.Make<v1::Organization>(id, "display_name: 'Musterstelle' land: 'lands/DE-NW' " + more);
  }
  v1::Service Service(const std::string& id, const v1::Organization& organization, const std::string& more = "") {
    return reading_.Make<v1::Service>(
        id, "display_name: 'Beratung' kind: COUNSELLING organization: '" + organization.name() + "' " + more);
  }
  v1::Location Location(const std::string& id, const v1::Organization& organization, const std::string& more = "") {
    return reading_.Make<v1::Location>(id, "kreis_key: '05315' organization: '" + organization.name() +
                                               "' display_name: 'Haus' address { street: 'Musterweg 1' city: 'Köln' } "
                                               "point { latitude: 50.94 longitude: 6.96 } " +
                                               more);
  }
  v1::ServiceAtLocation At(const std::string& id, const v1::Service& service, const v1::Location& location,
                           const std::string& more = "") {
    return reading_.Make<v1::ServiceAtLocation>(
        id, "service: '" + service.name() + "' location: '" + location.name() + "' " + more);
  }
  std::vector<std::string> ServiceNames(const v1::ListServicesRequest& request, const access::Caller& caller = {}) {
    const auto page = reading_.Ask<v1::ListServicesResponse>("ListServices", request, caller);
    EXPECT_THAT(page, IsOk());
    std::vector<std::string> names;
    if (!page.ok()) return names;
    for (const auto& service : page->services()) names.push_back(service.name());
    return names;
  }

  const access::Caller editor_ = Editing::Nationwide();
  Reading reading_;
};

TEST_F(RecordReads, GetAnswersWhatTheWriteAnsweredToEverybody) {
  reading_.StartView();
  const v1::Organization organization = Organization("musterstelle", "internal_note: 'nur intern'");
  reading_.CatchUp();
  const auto read =
      reading_.Ask<v1::Organization>("GetOrganization", Named<v1::GetOrganizationRequest>(organization.name()));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->display_name(), "Musterstelle");
  EXPECT_EQ(read->internal_note(), "");
  EXPECT_THAT(read->withheld(), IsEmpty());  // the note is of a network: its existence is not told
  EXPECT_EQ(reading_.editing().ShownToAll(organization.name()).bytes, read->SerializeAsString());
}

TEST_F(RecordReads, TheNationwideEditorSeesEveryFact) {
  reading_.StartView();
  const v1::Organization organization = Organization("musterstelle", "internal_note: 'nur intern'");
  reading_.CatchUp();
  const auto read = reading_.Ask<v1::Organization>("GetOrganization",
                                                   Named<v1::GetOrganizationRequest>(organization.name()), editor_);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->internal_note(), "nur intern");
  EXPECT_EQ(read->etag(), organization.etag());
}

TEST_F(RecordReads, HiddenDeletedMissingAndForeignKindsAnswerAlike) {
  const v1::Organization hidden = Organization("", kHidden);
  const v1::Organization shown = Organization("musterstelle");
  v1::Service deleted = Service("musterdienst", shown);
  ASSERT_THAT(reading_.editing().Delete(deleted), IsOk());
  reading_.StartView();
  const auto get = [&](const std::string& name) {
    const absl::Status status = reading_.Call("GetService", Named<v1::GetServiceRequest>(name)).status();
    EXPECT_THAT(status, HasReason("RESOURCE_NOT_FOUND"));
    return status;
  };
  EXPECT_EQ(get(deleted.name()).message().size() - deleted.name().size(), get("services/xxxx").message().size() - 13);
  EXPECT_THAT(reading_.Call("GetOrganization", Named<v1::GetOrganizationRequest>(hidden.name())).status(),
              HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(get(shown.name()).code(), absl::StatusCode::kNotFound);
}

TEST_F(RecordReads, ProtectionOfAnOrganizationHidesWhatBelongsToIt) {
  reading_.StartView();
  v1::Organization organization = Organization("musterstelle");
  const v1::Service service = Service("musterdienst", organization);
  const v1::Location location = Location("musterhaus", organization);
  const v1::ServiceAtLocation at = At("musterdienst-im-haus", service, location);
  reading_.CatchUp();
  EXPECT_THAT(reading_.Call("GetServiceAtLocation", Named<v1::GetServiceAtLocationRequest>(at.name())), IsOk());
  organization.set_protection(common::v1::PROTECTED);
  const auto raised = reading_.editing().Update(organization, {"protection"});
  ASSERT_THAT(raised, IsOk());
  reading_.CatchUp();
  EXPECT_THAT(reading_.Call("GetService", Named<v1::GetServiceRequest>(service.name())),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(reading_.Call("GetLocation", Named<v1::GetLocationRequest>(location.name())),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(reading_.Call("GetServiceAtLocation", Named<v1::GetServiceAtLocationRequest>(at.name())),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ServiceNames({}), IsEmpty());
  EXPECT_THAT(ServiceNames({}, editor_), SizeIs(1));
}

TEST_F(RecordReads, WithheldAddressWithholdsWhichLocationItIs) {
  const v1::Organization organization = Organization("musterstelle");
  const v1::Service service = Service("musterdienst", organization);
  const v1::Location open = Location("musterhaus", organization);
  const v1::Location secret = Location("", organization, "address_protection: RESTRICTED");
  const v1::ServiceAtLocation at_open = At("im-haus", service, open);
  const v1::ServiceAtLocation at_secret = At("woanders", service, secret);
  reading_.StartView();
  const auto read = reading_.Ask<v1::ServiceAtLocation>("GetServiceAtLocation",
                                                        Named<v1::GetServiceAtLocationRequest>(at_secret.name()));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->location(), "");
  ASSERT_THAT(read->withheld(), SizeIs(1));
  EXPECT_EQ(read->withheld(0).field(), "location");
  const auto place = reading_.Ask<v1::Location>("GetLocation", Named<v1::GetLocationRequest>(secret.name()));
  ASSERT_THAT(place, IsOk());
  EXPECT_FALSE(place->has_point());
  EXPECT_FALSE(place->has_address());
  EXPECT_EQ(place->kreis_key(), "05315");

  const auto count_at = [&](const v1::Location& location, const access::Caller& caller) {
    v1::ListServiceAtLocationsRequest request;
    request.set_location(location.name());
    return reading_.Ask<v1::ListServiceAtLocationsResponse>("ListServiceAtLocations", request, caller)
        ->service_at_locations_size();
  };
  EXPECT_EQ(count_at(open, {}), 1);
  EXPECT_EQ(count_at(secret, {}), 0);
  EXPECT_EQ(count_at(secret, editor_), 1);
}

TEST_F(RecordReads, NamesOfHiddenRecordsAreLeftOutOfOthers) {
  const v1::Organization shown = Organization("musterstelle");
  const v1::Organization hidden = Organization("", kHidden);
  const v1::Network network = reading_.Make<v1::Network>(
      "musternetz", "display_name: 'Netz' lands: 'lands/DE-NW' participants: '" + shown.name() + "' participants: '" +
                        hidden.name() + "' coordinator: '" + hidden.name() + "'");
  reading_.StartView();
  const auto read = reading_.Ask<v1::Network>("GetNetwork", Named<v1::GetNetworkRequest>(network.name()));
  ASSERT_THAT(read, IsOk());
  EXPECT_THAT(read->participants(), ElementsAre(shown.name()));
  EXPECT_EQ(read->coordinator(), "");
  const auto whole = reading_.Ask<v1::Network>("GetNetwork", Named<v1::GetNetworkRequest>(network.name()), editor_);
  EXPECT_THAT(whole->participants(), SizeIs(2));
}

TEST_F(RecordReads, ListsPageByNameAndFilter) {
  const v1::Organization here = Organization("musterstelle-koeln");
  const v1::Organization there = Organization("musterstelle-muenster");
  std::set<std::string> names;
  for (int i = 0; i < 25; ++i) {
    const std::string land = i % 2 == 0 ? "land: 'lands/DE-NW'" : "land: 'lands/DE-BY'";
    names.insert(Service("dienst-" + std::to_string(i), i % 5 == 0 ? there : here, land).name());
  }
  reading_.StartView();
  v1::ListServicesRequest request;
  request.set_page_size(7);
  std::vector<std::string> read;
  do {
    const auto page = reading_.Ask<v1::ListServicesResponse>("ListServices", request);
    ASSERT_THAT(page, IsOk());
    for (const auto& service : page->services()) read.push_back(service.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(read, std::vector<std::string>(names.begin(), names.end()));

  v1::ListServicesRequest filtered;
  filtered.set_organization(there.name());
  EXPECT_THAT(ServiceNames(filtered), SizeIs(5));
  filtered.set_land("lands/DE-NW");
  EXPECT_THAT(ServiceNames(filtered), SizeIs(3));
  filtered.set_organization("organizations/unbekannt");
  EXPECT_THAT(ServiceNames(filtered), IsEmpty());
}

TEST_F(RecordReads, PageTokenOfAnotherQueryIsRefused) {
  const v1::Organization organization = Organization("musterstelle");
  for (int i = 0; i < 3; ++i) Service("dienst-" + std::to_string(i), organization);
  reading_.StartView();
  v1::ListServicesRequest request;
  request.set_page_size(1);
  const auto page = reading_.Ask<v1::ListServicesResponse>("ListServices", request);
  request.set_page_token(page->next_page_token());
  request.set_land("lands/DE-NW");
  EXPECT_THAT(reading_.Call("ListServices", request).status(), HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(RecordReads, DeletedRecordsAreShownToEditorsOnly) {
  const v1::Organization organization = Organization("musterstelle");
  const v1::Service service = Service("musterdienst", organization, "land: 'lands/DE-NW'");
  ASSERT_THAT(reading_.editing().Delete(service), IsOk());
  reading_.StartView();
  v1::ListServicesRequest request;
  request.set_show_deleted(true);
  EXPECT_THAT(ServiceNames(request), IsEmpty());
  EXPECT_THAT(ServiceNames(request, editor_), ElementsAre(service.name()));
  EXPECT_THAT(ServiceNames(request, Editing::EditorOf("lands/DE-NW")), ElementsAre(service.name()));
  EXPECT_THAT(ServiceNames(request, Editing::EditorOf("lands/DE-BY")), IsEmpty());
  request.set_show_deleted(false);
  EXPECT_THAT(ServiceNames(request, editor_), IsEmpty());
}

TEST_F(RecordReads, EditorSeesHiddenRecordsOfTheirLandOnly) {
  const v1::Organization organization = Organization("musterstelle");
  const v1::Service hidden = Service("", organization, "land: 'lands/DE-NW' protection: PROTECTED");
  reading_.StartView();
  const auto request = Named<v1::GetServiceRequest>(hidden.name());
  EXPECT_THAT(reading_.Call("GetService", request, Editing::EditorOf("lands/DE-NW")), IsOk());
  EXPECT_THAT(reading_.Call("GetService", request, Editing::EditorOf("lands/DE-BY")),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(reading_.Call("GetService", request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RecordReads, LandsCountWhatEverybodySees) {
  const v1::Organization organization = Organization("musterstelle");
  Service("musterdienst", organization, "land: 'lands/DE-NW'");
  Service("", organization, "land: 'lands/DE-NW' protection: PROTECTED");
  reading_.StartView();
  const auto land = reading_.Ask<v1::Land>("GetLand", Named<v1::GetLandRequest>("lands/DE-NW"));
  ASSERT_THAT(land, IsOk());
  EXPECT_EQ(land->key(), "05");
  EXPECT_EQ(land->display_name(), "Nordrhein-Westfalen");
  EXPECT_EQ(land->service_count(), 1);
  EXPECT_EQ(land->organization_count(), 1);
  EXPECT_TRUE(land->has_center());
  EXPECT_EQ(reading_.Ask<v1::ListLandsResponse>("ListLands", v1::ListLandsRequest())->lands_size(), 16);
  EXPECT_THAT(reading_.Call("GetLand", Named<v1::GetLandRequest>("lands/DE-XX")).status(),
              HasReason("RESOURCE_NOT_FOUND"));
}

TEST_F(RecordReads, AreasAreFoundInsideOfOthers) {
  reading_.StartView();
  v1::ListAreasRequest request;
  request.set_parent("areas/05");
  request.set_kind(v1::Area::KREIS);
  request.set_page_size(20);
  int count = 0;
  do {
    const auto page = reading_.Ask<v1::ListAreasResponse>("ListAreas", request);
    ASSERT_THAT(page, IsOk());
    for (const auto& area : page->areas()) {
      EXPECT_EQ(area.land(), "lands/DE-NW");
      EXPECT_EQ(area.kind(), v1::Area::KREIS);
      ++count;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(count, 53);
  EXPECT_EQ(reading_.Ask<v1::Area>("GetArea", Named<v1::GetAreaRequest>("areas/05515"))->key(), "05515");
}

TEST_F(RecordReads, ResolveListsEveryMeaning) {
  reading_.StartView();
  v1::ResolveAreasRequest request;
  request.set_q("12051");
  const auto response = reading_.Ask<v1::ResolveAreasResponse>("ResolveAreas", request);
  ASSERT_THAT(response, IsOk());
  std::set<std::string> lands;
  for (const auto& match : response->matches()) lands.insert(match.area().land());
  EXPECT_EQ(lands, (std::set<std::string>{"lands/DE-BE", "lands/DE-BB"}));
}

}  // namespace
}  // namespace schutznetz::directory
