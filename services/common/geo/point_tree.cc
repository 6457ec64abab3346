#include "services/common/geo/point_tree.h"

#include <cmath>
#include <limits>
#include <utility>

namespace schutznetz::geo {
namespace {

// 1.3 m on the ground: more than a float near 1 and the float of the centre can be off together.
constexpr float kMargin = 2e-7F;

double Axis(const UnitVector& point, size_t axis) { return axis == 0 ? point.x : axis == 1 ? point.y : point.z; }

}  // namespace

void PointTree::Boxes::Clear() {
  for (size_t axis = 0; axis < 3; ++axis) {
    low[axis].fill(std::numeric_limits<float>::infinity());
    high[axis].fill(-std::numeric_limits<float>::infinity());
  }
}

void PointTree::Boxes::Extend(size_t slot, const UnitVector& point) {
  for (size_t axis = 0; axis < 3; ++axis) {
    const float value = static_cast<float>(Axis(point, axis));
    low[axis][slot] = std::min(low[axis][slot], value - kMargin);
    high[axis][slot] = std::max(high[axis][slot], value + kMargin);
  }
}

void PointTree::Boxes::Extend(size_t slot, const Boxes& children) {
  for (size_t axis = 0; axis < 3; ++axis) {
    low[axis][slot] = *std::min_element(children.low[axis].begin(), children.low[axis].end());
    high[axis][slot] = *std::max_element(children.high[axis].begin(), children.high[axis].end());
  }
}

double PointTree::Boxes::MaxDistance(size_t slot, const UnitVector& centre) const {
  double sum = 0;
  for (size_t axis = 0; axis < 3; ++axis) {
    const double c = Axis(centre, axis);
    const double farther = std::max(std::abs(c - low[axis][slot]), std::abs(c - high[axis][slot]));
    sum += farther * farther;
  }
  return sum;
}

std::vector<uint32_t> CurveOrder(std::span<const UnitVector> points) {
  std::vector<std::pair<uint64_t, uint32_t>> order;
  order.reserve(points.size());
  for (uint32_t i = 0; i < points.size(); ++i) order.emplace_back(CurvePosition(points[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> result;
  result.reserve(points.size());
  for (const auto& [curve, index] : order) result.push_back(index);
  return result;
}

PointTree::PointTree(std::vector<UnitVector> points) : points_(std::move(points)) { BuildLevels(); }

void PointTree::BuildLevels() {
  const size_t children = (points_.size() + kFan - 1) / kFan;
  if (children == 0) return;
  std::vector<Boxes> level((children + kFan - 1) / kFan);
  for (Boxes& boxes : level) boxes.Clear();
  for (size_t i = 0; i < points_.size(); ++i) {
    const size_t leaf = i / kFan;
    level[leaf / kFan].Extend(leaf % kFan, points_[i]);
  }
  levels_.push_back(std::move(level));
  while (levels_.back().size() > 1) {
    const std::vector<Boxes>& below = levels_.back();
    std::vector<Boxes> above((below.size() + kFan - 1) / kFan);
    for (Boxes& boxes : above) boxes.Clear();
    for (size_t i = 0; i < below.size(); ++i) above[i / kFan].Extend(i % kFan, below[i]);
    levels_.push_back(std::move(above));
  }
}

size_t PointTree::MemoryBytes() const {
  size_t bytes = points_.capacity() * sizeof(UnitVector);
  for (const std::vector<Boxes>& level : levels_) bytes += level.capacity() * sizeof(Boxes);
  return bytes;
}

}  // namespace schutznetz::geo
