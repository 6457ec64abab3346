#include "services/common/geo/point_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <random>
#include <roaring/roaring.hh>
#include <thread>
#include <vector>

namespace schutznetz::geo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Query = PointIndex::Query;

std::vector<uint32_t> SlotsOf(const std::vector<Neighbour>& neighbours) {
  std::vector<uint32_t> slots;
  for (const Neighbour& neighbour : neighbours) slots.push_back(neighbour.slot);
  return slots;
}

// What Nearest must answer, computed the plain way.
std::vector<uint32_t> BruteForce(const std::map<uint32_t, Point>& points, const Query& query) {
  std::vector<std::pair<double, uint32_t>> order;
  const UnitVector centre = ToUnitVector(query.centre);
  for (const auto& [slot, point] : points) {
    if (query.filter != nullptr && !query.filter->contains(slot)) continue;
    const double chord = SquaredChord(centre, ToUnitVector(point));
    if (chord <= MetresToSquaredChord(query.max_distance_m)) order.emplace_back(chord, slot);
  }
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> slots;
  for (size_t i = 0; i < std::min(query.limit, order.size()); ++i) slots.push_back(order[i].second);
  return slots;
}

class Places {
 public:
  explicit Places(uint32_t seed) : random_(seed) {}

  // Half of the points crowd around a few towns, some share one place, some lie anywhere on earth.
  Point Next() {
    const double kind = Uniform(0, 1);
    if (kind < 0.1) return {Uniform(-90, 90), Uniform(-180, 180)};
    if (kind < 0.2) return {52.52, 13.405};
    if (kind < 0.6) {
      const double town = static_cast<double>(random_() % 7);
      return {48 + town + Uniform(-0.05, 0.05), 7 + town + Uniform(-0.05, 0.05)};
    }
    return {Uniform(47, 55), Uniform(6, 15)};
  }
  double Uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  uint32_t Number(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

 private:
  std::mt19937_64 random_;
};

TEST(PointIndexTest, EmptyIndexHasNoNeighbours) {
  EXPECT_THAT(PointIndex::Empty()->Nearest({.centre = {52, 13}}), IsEmpty());
  EXPECT_EQ(PointIndex::Empty()->size(), 0u);
}

TEST(PointIndexTest, NearestComesFirstAndTiesGoBySlot) {
  const std::vector<PlacedSlot> points = {{9, {52.5, 13.4}}, {4, {52.5, 13.4}}, {1, {48.1, 11.6}}, {7, {53.5, 10.0}}};
  const auto index = PointIndex::Build(points);
  const auto found = index->Nearest({.centre = {52.5, 13.3}, .limit = 3});
  EXPECT_THAT(SlotsOf(found), ElementsAre(4, 9, 7));
  EXPECT_NEAR(found[0].distance_m, 6769, 5);
}

TEST(PointIndexTest, LaterPointOfASlotReplacesTheEarlier) {
  const std::vector<PlacedSlot> first = {{1, {50, 10}}, {1, {51, 10}}};
  auto index = PointIndex::Build(first);
  EXPECT_EQ(index->size(), 1u);
  EXPECT_EQ(index->Find(1), (Point{51, 10}));
  const std::vector<PlacedSlot> moved = {{1, {54, 12}}};
  const auto next = index->Apply(moved, {});
  EXPECT_EQ(next->Find(1), (Point{54, 12}));
  EXPECT_EQ(index->Find(1), (Point{51, 10})) << "the older version must not change";
  EXPECT_EQ(next->size(), 1u);
}

TEST(PointIndexTest, MaxDistanceIsInclusiveAndZeroLimitFindsNothing) {
  const std::vector<PlacedSlot> points = {{1, {50, 10}}, {2, {50.01, 10}}};
  const auto index = PointIndex::Build(points);
  EXPECT_THAT(SlotsOf(index->Nearest({.centre = {50, 10}, .max_distance_m = 0})), ElementsAre(1));
  EXPECT_THAT(index->Nearest({.centre = {50, 10}, .limit = 0}), IsEmpty());
  EXPECT_THAT(index->Nearest({.centre = {50, 10}, .max_distance_m = -5}), IsEmpty());
  EXPECT_EQ(index->CountWithin({.centre = {50, 10}, .max_distance_m = 2000}), 2u);
}

TEST(PointIndexTest, AgreesWithBruteForceUnderRandomChanges) {
  Places places(20261122);
  std::map<uint32_t, Point> model;
  std::shared_ptr<const PointIndex> index = PointIndex::Empty();
  for (int round = 0; round < 120; ++round) {
    std::vector<PlacedSlot> set;
    std::vector<uint32_t> erased;
    for (uint32_t i = places.Number(round % 10 == 0 ? 900 : 40); i > 0; --i) {
      set.push_back({places.Number(6000), places.Next()});
    }
    for (uint32_t i = places.Number(round % 25 == 24 ? 3000 : 30); i > 0; --i) erased.push_back(places.Number(6000));
    for (uint32_t slot : erased) model.erase(slot);
    for (const PlacedSlot& placed : set) model[placed.slot] = placed.point;
    index = index->Apply(set, erased);
    ASSERT_EQ(index->size(), model.size()) << "round " << round;

    Roaring filter;
    const uint32_t one_in = 1 + places.Number(60);
    for (uint32_t slot = places.Number(one_in); slot < 6000; slot += one_in) filter.add(slot);
    for (int repeat = 0; repeat < 6; ++repeat) {
      Query query{.centre = places.Next(), .limit = places.Number(60)};
      if (repeat % 2 == 0) query.filter = &filter;
      if (repeat % 3 == 0) query.max_distance_m = places.Uniform(0, 400'000);
      ASSERT_EQ(SlotsOf(index->Nearest(query)), BruteForce(model, query)) << "round " << round;
      Query all = query;
      all.limit = model.size();
      ASSERT_EQ(index->CountWithin(query), BruteForce(model, all).size());
    }
  }
}

TEST(PointIndexTest, ReadersKeepTheirVersionWhileTheWriterGoesOn) {
  Places places(7);
  std::vector<PlacedSlot> start;
  for (uint32_t slot = 0; slot < 500; ++slot) start.push_back({slot, places.Next()});
  const auto first = PointIndex::Build(start);
  const std::vector<uint32_t> expected = SlotsOf(first->Nearest({.centre = {52, 13}, .limit = 50}));
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) EXPECT_EQ(SlotsOf(first->Nearest({.centre = {52, 13}, .limit = 50})), expected);
  });
  auto index = first;
  for (uint32_t i = 0; i < 300; ++i) {
    const std::vector<PlacedSlot> set = {{i, places.Next()}};
    const std::vector<uint32_t> erased = {i + 100};
    index = index->Apply(set, erased);
  }
  done = true;
  reader.join();
}

}  // namespace
}  // namespace schutznetz::geo
