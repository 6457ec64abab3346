#include "services/common/geo/point.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace schutznetz::geo {
namespace {

using ::testing::DoubleNear;

constexpr Point kMuenster{51.9607, 7.6261};
constexpr Point kBerlin{52.5200, 13.4050};

TEST(PointTest, DistanceBetweenTownsIsTheGreatCircle) {
  EXPECT_THAT(DistanceMetres(kMuenster, kBerlin), DoubleNear(398'400, 1'000));
  EXPECT_EQ(DistanceMetres(kBerlin, kBerlin), 0);
}

TEST(PointTest, DistanceCrossesTheDateLine) {
  EXPECT_THAT(DistanceMetres({0, 179.5}, {0, -179.5}), DoubleNear(111'195, 10));
}

TEST(PointTest, ValidityRefusesWhatIsNoPlace) {
  EXPECT_TRUE(IsValid({-90, 180}));
  EXPECT_FALSE(IsValid({90.01, 0}));
  EXPECT_FALSE(IsValid({0, -180.5}));
  EXPECT_FALSE(IsValid({std::numeric_limits<double>::quiet_NaN(), 0}));
  EXPECT_FALSE(IsValid({0, std::numeric_limits<double>::infinity()}));
}

TEST(PointTest, MetresAndChordsConvertBothWays) {
  for (const double metres : {0.0, 1.0, 50.0, 25'000.0, 800'000.0, 15'000'000.0}) {
    EXPECT_THAT(SquaredChordToMetres(MetresToSquaredChord(metres)), DoubleNear(metres, 1e-3 + metres * 1e-7));
  }
  EXPECT_EQ(MetresToSquaredChord(std::numeric_limits<double>::infinity()), kWholeEarth);
  EXPECT_LT(MetresToSquaredChord(-1), 0);
}

TEST(PointTest, BoundsHoldTheWholeCap) {
  const Bounds bounds = BoundsOfCap(kMuenster, 10'000);
  EXPECT_THAT(bounds.north - bounds.south, DoubleNear(0.1799, 0.001));
  for (int degrees = 0; degrees < 360; degrees += 15) {
    const double angle = degrees * M_PI / 180;
    const Point rim{kMuenster.latitude + 0.0898 * std::cos(angle), kMuenster.longitude + 0.1457 * std::sin(angle)};
    EXPECT_TRUE(rim.latitude >= bounds.south && rim.latitude <= bounds.north) << degrees;
    EXPECT_TRUE(rim.longitude >= bounds.west && rim.longitude <= bounds.east) << degrees;
  }
}

TEST(PointTest, BoundsAroundAPoleCoverAllLongitudes) {
  const Bounds bounds = BoundsOfCap({89.99, 0}, 10'000);
  EXPECT_EQ(bounds.west, -180);
  EXPECT_EQ(bounds.east, 180);
  EXPECT_EQ(bounds.north, 90);
}

TEST(PointTest, NeighboursOnTheGroundAreNeighboursOnTheCurve) {
  const auto apart = [](const Point& a, const Point& b) {
    const uint64_t first = CurvePosition(ToUnitVector(a)), second = CurvePosition(ToUnitVector(b));
    return first > second ? first - second : second - first;
  };
  EXPECT_LT(apart(kMuenster, {51.9608, 7.6262}), apart(kMuenster, kBerlin));
}

}  // namespace
}  // namespace schutznetz::geo
