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

PointTree PointTree::Build(std::vector<Item> items, uint32_t id_limit) {
  std::vector<std::pair<uint64_t, uint32_t>> order;
  order.reserve(items.size());
  for (uint32_t i = 0; i < items.size(); ++i) order.emplace_back(CurvePosition(items[i].point), i);
  std::sort(order.begin(), order.end());

  PointTree tree;
  tree.ids_.reserve(items.size());
  tree.points_.reserve(items.size());
  if (!items.empty()) tree.position_.assign(id_limit, kNone);
  for (const auto& [curve, index] : order) {
    tree.position_[items[index].id] = static_cast<uint32_t>(tree.ids_.size());
    tree.ids_.push_back(items[index].id);
    tree.points_.push_back(items[index].point);
  }
  tree.BuildLevels();
  return tree;
}

void PointTree::BuildLevels() {
  size_t children = (ids_.size() + kFan - 1) / kFan;
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
  size_t bytes = ids_.capacity() * sizeof(uint32_t) + points_.capacity() * sizeof(UnitVector) +
                 position_.capacity() * sizeof(uint32_t);
  for (const std::vector<Boxes>& level : levels_) bytes += level.capacity() * sizeof(Boxes);
  return bytes;
}

}  // namespace schutznetz::geo
