#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/reach.pb.h"
#include "services/common/testing/matchers.h"
#include "services/directory/api/invented_directory.h"

namespace schutznetz::directory {
namespace {

using ::testing::Contains;
using testing::HasReason;
using testing::IsOk;
using ::testing::Not;
using v1::ReachServicesRequest;
using v1::ReachServicesResponse;
using v1::ReachStep;

constexpr int64_t kNight = 1772499600;    // Tuesday, 3 March 2026, 02:00 in Germany
constexpr int64_t kMorning = 1772528400;  // the same day, 10:00

std::vector<std::string> ServicesOf(const google::protobuf::RepeatedPtrField<ReachStep>& steps) {
  std::vector<std::string> names;
  for (const ReachStep& step : steps) names.push_back(step.service());
  return names;
}

class ReachServices : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    reading_ = new Reading();
    MakeInventedDirectory(*reading_);
    reading_->StartView();
  }
  static void TearDownTestSuite() { delete reading_; }

  static absl::StatusOr<ReachServicesResponse> Reach(const ReachServicesRequest& request) {
    return reading_->Ask<ReachServicesResponse>("ReachServices", request);
  }
  static ReachServicesRequest At(int64_t seconds) {
    ReachServicesRequest request;
    request.mutable_at()->set_seconds(seconds);
    return request;
  }

  static Reading* reading_;
};
Reading* ReachServices::reading_ = nullptr;

TEST_F(ReachServices, AtNightWhoIsOnDutyComesFirst) {
  ReachServicesRequest request = At(kNight);
  request.set_postcode("48143");
  const auto ladder = Reach(request);
  ASSERT_THAT(ladder, IsOk());
  ASSERT_GE(ladder->steps_size(), 4);
  EXPECT_EQ(ladder->steps(0).service(), "services/muenster-jugendamt-schutz");
  EXPECT_TRUE(ladder->steps(0).reachability().on_call());
  EXPECT_EQ(ladder->steps(0).reason(), ReachStep::COMPETENT_KREIS);
  EXPECT_EQ(ladder->steps(1).service(), "services/muenster-kripo");
  EXPECT_EQ(ladder->steps(ladder->steps_size() - 1).reason(), ReachStep::EMERGENCY_CALL);
  EXPECT_THAT(ServicesOf(ladder->later()), Contains("services/muenster-beratung"));
  EXPECT_GT(ladder->valid_until().seconds(), kNight);
  EXPECT_FALSE(ladder->degraded());
  EXPECT_TRUE(ladder->has_as_of());
}

TEST_F(ReachServices, OnlyYesCountsForMinors) {
  ReachServicesRequest request = At(kMorning);
  request.set_area("09564");
  const auto minor = Reach(request);
  EXPECT_THAT(ServicesOf(minor->steps()), Not(Contains("services/nuernberg-ausstieg")));
  EXPECT_THAT(ServicesOf(minor->steps()), Not(Contains("services/bund-elterntelefon")));
  request.set_age(30);
  EXPECT_THAT(ServicesOf(Reach(request)->steps()), Contains("services/nuernberg-ausstieg"));
}

TEST_F(ReachServices, NearestCounsellingHasADistance) {
  ReachServicesRequest request = At(kMorning);
  request.set_place("Kyritz");
  const auto ladder = Reach(request);
  ASSERT_THAT(ladder, IsOk());
  bool near = false;
  for (const ReachStep& step : ladder->steps()) {
    if (step.reason() != ReachStep::NEAREST) continue;
    near = true;
    EXPECT_TRUE(step.has_distance_m());
    EXPECT_EQ(step.kind(), v1::Service::COUNSELLING);
  }
  EXPECT_TRUE(near);
}

TEST_F(ReachServices, EveryLandHasALadder) {
  for (int land = 1; land <= 16; ++land) {
    ReachServicesRequest request = At(kNight);
    request.set_area(absl::StrCat(land / 10, land % 10));
    const auto ladder = Reach(request);
    ASSERT_THAT(ladder, IsOk());
    EXPECT_GE(ladder->steps_size(), 2) << land;
  }
}

TEST_F(ReachServices, AmbiguousPlaceNamesAllItsAreas) {
  ReachServicesRequest request = At(kMorning);
  request.set_place("Neustadt");
  const auto ladder = Reach(request);
  ASSERT_THAT(ladder, IsOk());
  EXPECT_GT(ladder->areas_size(), 1);
}

TEST_F(ReachServices, ExactlyOnePlaceMustBeSet) {
  ReachServicesRequest request;
  EXPECT_EQ(errors::ViolationsOf(Reach(request).status()).size(), 3u);
  request.set_postcode("48143");
  request.set_area("05");
  EXPECT_THAT(Reach(request), HasReason("INVALID_FIELD"));
  request.clear_area();
  request.mutable_at()->set_seconds(kNight - 10 * 86400);
  EXPECT_THAT(Reach(request), IsOk());  // what held last week can be asked
}

TEST_F(ReachServices, TheInstantIsAtMostTenYearsAgoAndAYearAhead) {
  ReachServicesRequest request;
  request.set_postcode("48143");
  for (const int64_t days : {-3662, 368}) {
    request.mutable_at()->set_seconds(kNight + days * 86400);
    ASSERT_EQ(errors::ViolationsOf(Reach(request).status()).size(), 1u);
    EXPECT_EQ(errors::ViolationsOf(Reach(request).status())[0].field, "at");
  }
}

TEST_F(ReachServices, UnknownPlaceSaysSo) {
  ReachServicesRequest request;
  request.set_place("Xyzzyhausen");
  EXPECT_THAT(Reach(request), HasReason("PLACE_NOT_FOUND"));
}

TEST_F(ReachServices, KeptAnswerEqualsAFreshOneUntilSomethingChanges) {
  ReachServicesRequest request;
  request.set_area("05515");
  const auto first = Reach(request);
  const auto second = Reach(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->steps_size(), second->steps_size());
  EXPECT_THAT(ServicesOf(first->steps()), Not(Contains("services/muenster-neu")));
  reading_->Make<v1::Service>(
      "muenster-neu",
      "organization: 'organizations/muenster-rueckenwind' display_name: 'Neu' kind: HEALTH advises_minors: YES "
      "service_areas { area_key: '05515' } phones { number: '+493023125999' } "
      "schedules { opens_at: '00:00' closes_at: '24:00' holiday_policy: OPEN_ON_HOLIDAYS }");
  reading_->CatchUp();
  EXPECT_THAT(ServicesOf(Reach(request)->steps()), Contains("services/muenster-neu"));
}

TEST_F(ReachServices, KeptAnswerEndsWithTheHours) {
  ReachServicesRequest request;
  request.set_area("05515");
  reading_->clock().Set(absl::FromUnixSeconds(kMorning));
  const auto day = Reach(request);
  EXPECT_THAT(ServicesOf(day->steps()), Contains("services/muenster-beratung"));
  const absl::Time until = absl::FromUnixSeconds(day->valid_until().seconds());
  reading_->clock().Set(until - absl::Seconds(1));
  EXPECT_EQ(ServicesOf(Reach(request)->steps()), ServicesOf(day->steps()));
  reading_->clock().Set(absl::FromUnixSeconds(kMorning) + absl::Hours(7));
  EXPECT_THAT(ServicesOf(Reach(request)->steps()), Not(Contains("services/muenster-beratung")));
}

}  // namespace
}  // namespace schutznetz::directory
