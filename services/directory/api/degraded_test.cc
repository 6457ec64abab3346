// With the database away the view answers from its last version, and after a while no longer says where anything but an
// authority is (SAFETY P9, P21).
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/reach.pb.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "services/directory/api/invented_directory.h"

namespace schutznetz::directory {
namespace {

using testing::Eventually;
using testing::HasReason;
using testing::IsOk;

class Degraded : public ::testing::Test {
 protected:
  Degraded() {
    MakeInventedDirectory(reading_);
    DirectoryViewOptions options;
    options.confirmed_within = absl::Seconds(3);  // longer than the follower's poll
    reading_.StartView(options);
  }
  void TakeDatabaseAway() {
    reading_.database().SetAway(true);
    ASSERT_TRUE(Eventually([&] { return reading_.view().Read().degraded; }));
  }
  template <typename Response, typename Request>
  Response Get(const std::string& method, const std::string& name) {
    Request request;
    request.set_name(name);
    const auto response = reading_.Ask<Response>(method, request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *response : Response();
  }

  Reading reading_;
};

TEST_F(Degraded, WithholdsPlacesOfEverythingButAuthorities) {
  TakeDatabaseAway();
  const auto house = Get<v1::Location, v1::GetLocationRequest>("GetLocation", "locations/haus-koeln");
  EXPECT_FALSE(house.has_address());
  EXPECT_FALSE(house.has_point());
  EXPECT_EQ(house.kreis_key(), "05315");
  ASSERT_GT(house.withheld_size(), 0);
  EXPECT_EQ(house.withheld(0).reason(), common::v1::Withheld::NOT_CONFIRMED);
  const auto town_hall = Get<v1::Location, v1::GetLocationRequest>("GetLocation", "locations/stadthaus-muenster");
  EXPECT_TRUE(town_hall.has_point());
  const auto at = Get<v1::ServiceAtLocation, v1::GetServiceAtLocationRequest>("GetServiceAtLocation",
                                                                              "serviceAtLocations/koeln-beratung-in-1");
  EXPECT_EQ(at.location(), "");
  EXPECT_EQ((Get<v1::Service, v1::GetServiceRequest>("GetService", "services/koeln-beratung").name()),
            "services/koeln-beratung");
}

TEST_F(Degraded, SearchNearbyTellsNoMoreThanTheKreis) {
  v1::SearchServicesRequest request;
  request.mutable_near()->set_latitude(53.46);
  request.mutable_near()->set_longitude(9.98);
  request.set_page_size(4);
  TakeDatabaseAway();
  std::vector<std::string> names;
  for (int page = 0; page < 20; ++page) {
    const auto response = reading_.Ask<v1::SearchServicesResponse>("SearchServices", request);
    ASSERT_THAT(response, IsOk());
    EXPECT_TRUE(response->degraded());
    EXPECT_EQ(response->total_size(), 24);
    for (const v1::SearchHit& hit : response->hits()) {
      names.push_back(hit.service().name());
      if (hit.has_location()) {
        EXPECT_TRUE(hit.location().has_point()) << hit.location().name();
      }
      EXPECT_FALSE(hit.has_distance_m());
    }
    request.set_page_token(response->next_page_token());
    if (request.page_token().empty()) break;
  }
  ASSERT_EQ(names.size(), 24u);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_TRUE(names[0] == "services/hamburg-arbeit" || names[0] == "services/hamburg-zwang");
}

TEST_F(Degraded, PageTokenFromBeforeIsRefused) {
  v1::SearchServicesRequest request;
  request.mutable_near()->set_latitude(53.46);
  request.mutable_near()->set_longitude(9.98);
  request.set_page_size(2);
  const auto page = reading_.Ask<v1::SearchServicesResponse>("SearchServices", request);
  ASSERT_THAT(page, IsOk());
  TakeDatabaseAway();
  request.set_page_token(page->next_page_token());
  EXPECT_THAT(reading_.Call("SearchServices", request).status(), HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(Degraded, TheLadderStaysWithoutDistances) {
  v1::ReachServicesRequest request;
  request.set_place("Kyritz");
  const auto before = reading_.Ask<v1::ReachServicesResponse>("ReachServices", request);
  TakeDatabaseAway();
  const auto ladder = reading_.Ask<v1::ReachServicesResponse>("ReachServices", request);
  ASSERT_THAT(ladder, IsOk());
  EXPECT_TRUE(ladder->degraded());
  EXPECT_EQ(ladder->steps_size(), before->steps_size());
  for (const v1::ReachStep& step : ladder->steps()) {
    EXPECT_FALSE(step.has_distance_m());
    EXPECT_EQ(step.reason_text().find(" km "), std::string::npos);
  }
}

TEST_F(Degraded, RestrictedReadsRefuseAndComeBack) {
  TakeDatabaseAway();
  v1::GetServiceRequest request;
  request.set_name("services/koeln-beratung");
  const access::Caller caller = Editing::Nationwide();
  const absl::Status refused = reading_.Call("GetService", request, caller).status();
  EXPECT_THAT(refused, HasReason("TEMPORARILY_UNAVAILABLE"));
  EXPECT_GT(errors::RetryAfterOf(refused), absl::ZeroDuration());
  EXPECT_THAT(reading_.Call("SearchServices", v1::SearchServicesRequest(), caller).status(),
              HasReason("TEMPORARILY_UNAVAILABLE"));
  rpc::WireReply reply;
  ASSERT_THAT(reading_.Call("GetService", request, {}, &reply), IsOk());
  EXPECT_LE(*reply.valid_until, reading_.clock().Now());  // nobody keeps it
  reading_.database().SetAway(false);
  ASSERT_TRUE(Eventually([&] { return !reading_.view().Read().degraded; }));
  EXPECT_THAT(reading_.Call("GetService", request, caller), IsOk());
}

}  // namespace
}  // namespace schutznetz::directory
