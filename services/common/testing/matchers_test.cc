#include "services/common/testing/matchers.h"

#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"

namespace schutznetz::testing {
namespace {

using ::testing::Not;

TEST(MatchersTest, StatusMatchersLookAtCodeAndReason) {
  const absl::StatusOr<int> good = 3;
  const absl::StatusOr<int> bad = errors::EtagMissing("services/x");
  EXPECT_THAT(good, IsOk());
  EXPECT_THAT(bad, Not(IsOk()));
  EXPECT_THAT(bad, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(bad, HasReason("ETAG_MISSING"));
  EXPECT_THAT(bad.status(), Not(HasReason("ETAG_MISMATCH")));
}

TEST(MatchersTest, EqualsProtoTakesMessagesAndText) {
  google::protobuf::Timestamp time;
  time.set_seconds(7);
  EXPECT_THAT(time, EqualsProto(time));
  EXPECT_THAT(time, EqualsProto("seconds: 7"));
  EXPECT_THAT(time, Not(EqualsProto("seconds: 8")));
  EXPECT_EQ(ProtoDifference(time, std::string("no such field: 1")), "the expected text is not in text format");
}

}  // namespace
}  // namespace schutznetz::testing
