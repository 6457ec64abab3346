#include "services/common/access/rights_version.h"

#include <gtest/gtest.h>

#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::access {
namespace {

using testing::FakeClock;
using testing::HasReason;
using testing::IsOk;

Caller Member(int64_t rights_version) {
  return Caller::Granted("members/1", {.roles = {Role::kMember}}, {.id = "s", .rights_version = rights_version});
}

TEST(RightsVersionTest, UnknownVersionIsNotFresh) {
  const FakeClock clock;
  RightsVersion version(clock);
  EXPECT_FALSE(version.is_fresh());
  EXPECT_THAT(version.Check(Member(1)), HasReason("TEMPORARILY_UNAVAILABLE"));
}

TEST(RightsVersionTest, PublicAndProgramsNeedNoVersion) {
  const FakeClock clock;
  RightsVersion version(clock);
  EXPECT_THAT(version.Check(Caller()), IsOk());
  EXPECT_THAT(version.Check(Caller::Program("directory")), IsOk());
}

TEST(RightsVersionTest, OlderCallersAreOutdatedNewerOnesRaiseIt) {
  const FakeClock clock;
  RightsVersion version(clock);
  version.Confirm(5, clock.Now());
  EXPECT_THAT(version.Check(Member(4)), HasReason("CONTEXT_OUTDATED"));
  EXPECT_THAT(version.Check(Member(5)), IsOk());
  EXPECT_THAT(version.Check(Member(6)), IsOk());
  EXPECT_EQ(version.version(), 6);
  EXPECT_THAT(version.Check(Member(5)), HasReason("CONTEXT_OUTDATED"));
}

TEST(RightsVersionTest, RefusesWhenNotConfirmedForFiveSeconds) {
  FakeClock clock;
  RightsVersion version(clock);
  version.Confirm(5, clock.Now());
  clock.Advance(absl::Seconds(5));
  EXPECT_THAT(version.Check(Member(5)), IsOk());
  clock.Advance(absl::Milliseconds(1));
  EXPECT_THAT(version.Check(Member(5)), HasReason("TEMPORARILY_UNAVAILABLE"));
  version.Raise(9);  // seen, but not confirmed
  EXPECT_FALSE(version.is_fresh());
  version.Confirm(9, clock.Now());
  EXPECT_THAT(version.Check(Member(9)), IsOk());
}

TEST(RightsVersionTest, AgeCountsFromTheQuestion) {
  FakeClock clock;
  RightsVersion version(clock);
  const absl::Time asked = clock.Now();
  clock.Advance(absl::Seconds(6));
  version.Confirm(5, asked);
  EXPECT_FALSE(version.is_fresh());
}

}  // namespace
}  // namespace schutznetz::access
