// The main job on the sample data: whom do I call, now, here.
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {
namespace {

using directory::v1::Reachability;
using directory::v1::ReachServicesRequest;
using directory::v1::ReachServicesResponse;
using directory::v1::ReachStep;
using directory::v1::ResolveAreasRequest;
using directory::v1::ResolveAreasResponse;
using directory::v1::Service;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// Sunday, 22 November 2026, 02:00 in Germany.
constexpr int64_t kSundayNight = 1795309200;

using LadderTest = EveryWay;

ReachServicesRequest At(int64_t seconds) {
  ReachServicesRequest request;
  request.mutable_at()->set_seconds(seconds);
  return request;
}

std::vector<std::string> Services(const ReachServicesResponse& ladder) {
  std::vector<std::string> names;
  for (const ReachStep& step : ladder.steps()) names.push_back(step.service());
  return names;
}

TEST_P(LadderTest, MuensterAtTwoOnASundayNightNamesWhoAnswersNow) {
  ReachServicesRequest request = At(kSundayNight);
  request.set_postcode("48143");
  request.set_form(directory::v1::Exploitation::SEXUAL_EXPLOITATION);
  auto ladder = MakeCaller()->Do<ReachServicesResponse>("ReachServices", request);
  ASSERT_THAT(ladder, testing::IsOk());
  ASSERT_EQ(ladder->areas_size(), 1);
  EXPECT_EQ(ladder->areas(0).key().substr(0, 5), "05515");
  ASSERT_GE(ladder->steps_size(), 3);
  EXPECT_THAT(Services(*ladder), Contains("services/jugendamt-muenster-kinderschutz"));
  for (const ReachStep& step : ladder->steps()) {
    EXPECT_EQ(step.reachability().state(), Reachability::REACHABLE) << step.display_name();
    EXPECT_GT(step.phones_size() + !step.email().empty() + !step.chat_url().empty(), 0) << step.display_name();
    EXPECT_FALSE(step.reason_text().empty());
    EXPECT_NE(step.if_unanswered(), ReachStep::FALLBACK_UNSPECIFIED);
  }
  const ReachStep& last = ladder->steps(ladder->steps_size() - 1);
  EXPECT_EQ(last.reason(), ReachStep::EMERGENCY_CALL);
  EXPECT_EQ(last.phones(0).number(), "110");
  EXPECT_GT(ladder->valid_until().seconds(), kSundayNight);
}

TEST_P(LadderTest, EveryLandHasAtLeastTwoStepsAtNight) {
  auto caller = MakeCaller();
  for (int land = 1; land <= 16; ++land) {
    ReachServicesRequest request = At(kSundayNight);
    request.set_area((land < 10 ? "0" : "") + std::to_string(land));
    auto ladder = caller->Do<ReachServicesResponse>("ReachServices", request);
    ASSERT_THAT(ladder, testing::IsOk()) << land;
    EXPECT_GE(ladder->steps_size(), 2) << land;
  }
}

TEST_P(LadderTest, PoliceAndYouthOfficesAreNeverThoseOfAnotherArea) {
  ReachServicesRequest request = At(kSundayNight);
  request.set_postcode("48143");
  auto ladder = MakeCaller()->Do<ReachServicesResponse>("ReachServices", request);
  ASSERT_THAT(ladder, testing::IsOk());
  auto check = [](const ReachStep& step) {
    if (step.kind() != Service::POLICE && step.kind() != Service::YOUTH_OFFICE) return;
    EXPECT_NE(step.reason(), ReachStep::NEAREST) << step.display_name();
    if (step.reason() == ReachStep::EMERGENCY_CALL) return;
    EXPECT_EQ(std::string("05515").rfind(step.matched_key().substr(0, 5), 0), 0u) << step.matched_key();
  };
  for (const ReachStep& step : ladder->steps()) check(step);
  for (const ReachStep& step : ladder->later()) check(step);
}

TEST_P(LadderTest, ServicesThatDoNotSurelyAdviseMinorsAreLeftOutForAChild) {
  ReachServicesRequest request = At(kSundayNight);
  request.set_area("05");
  request.set_age(14);
  auto ladder = MakeCaller()->Do<ReachServicesResponse>("ReachServices", request);
  ASSERT_THAT(ladder, testing::IsOk());
  for (const auto* list : {&ladder->steps(), &ladder->later()}) {
    for (const ReachStep& step : *list) {
      EXPECT_THAT(step.service(), Not(HasSubstr("staatsanwaltschaft"))) << "UNKNOWN counted as YES";
    }
  }
}

TEST_P(LadderTest, AKeyThatIsAlsoAPostcodeResolvesToBoth) {
  ResolveAreasRequest request;
  request.set_q("12051");
  auto meanings = MakeCaller()->Do<ResolveAreasResponse>("ResolveAreas", request);
  ASSERT_THAT(meanings, testing::IsOk());
  bool berlin = false, brandenburg = false;
  for (const auto& match : meanings->matches()) {
    berlin |= match.matched_by() == directory::v1::AreaMatch::POSTCODE && match.area().land() == "lands/DE-BE";
    brandenburg |= match.matched_by() == directory::v1::AreaMatch::KEY && match.area().key() == "12051";
  }
  EXPECT_TRUE(berlin) << meanings->DebugString();
  EXPECT_TRUE(brandenburg) << meanings->DebugString();
}

TEST_P(LadderTest, AnUnknownPlaceSaysWhatToDo) {
  ReachServicesRequest request = At(kSundayNight);
  request.set_place("Nirgendwohausen");
  auto ladder = MakeCaller()->Do<ReachServicesResponse>("ReachServices", request);
  EXPECT_THAT(ladder, testing::HasReason("PLACE_NOT_FOUND"));
}

TEST_P(LadderTest, TwoPlacesAtOnceAreRefusedWithTheFieldsAtFault) {
  ReachServicesRequest request = At(kSundayNight);
  request.set_postcode("48143");
  request.set_area("05");
  EXPECT_THAT(MakeCaller()->Do<ReachServicesResponse>("ReachServices", request), testing::HasReason("INVALID_FIELD"));
}

INSTANTIATE_TEST_SUITE_P(Ways, LadderTest, AllWays(), WayName);

}  // namespace
}  // namespace schutznetz::e2e
