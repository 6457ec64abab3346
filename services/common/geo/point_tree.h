#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "services/common/geo/nearest_heap.h"
#include "services/common/geo/point.h"

namespace schutznetz::geo {

// The order of the points along S2's Hilbert curve, as indexes into `points`.
std::vector<uint32_t> CurveOrder(std::span<const UnitVector> points);

// An immutable packed tree of points: the points in curve order, sixteen to a leaf, and above them levels of boxes in
// space (not in degrees: no poles, no date line), sixteen to a node. A lower bound of the distance to a box costs a few
// multiplications, so a nearest query touches little more than the leaves it needs. A point is named by its position in
// curve order. Thread safe, as it never changes.
class PointTree {
 public:
  static constexpr size_t kFan = 16;

  PointTree() = default;
  // The points must come in curve order; another order gives right answers slowly.
  explicit PointTree(std::vector<UnitVector> points);

  size_t size() const { return points_.size(); }
  const UnitVector& point(uint32_t position) const { return points_[position]; }
  size_t MemoryBytes() const;

  // Pushes every point that may enter the heap and is accepted. `leaf_mask(i)` tells which of the positions 16 i …
  // 16 i + 15 are worth a look (bit 0 is the first), `accept(position)` decides, `tie(position)` is the tie-break.
  template <typename LeafMask, typename Accept, typename Tie>
  void Nearest(const UnitVector& centre, const LeafMask& leaf_mask, const Accept& accept, const Tie& tie,
               NearestHeap* heap) const;

  // Calls visit(position, squared_chord) for every point up to `max_squared_chord`, in no special order.
  template <typename Visit>
  void ForEachWithin(const UnitVector& centre, double max_squared_chord, const Visit& visit) const;

 private:
  // Up to sixteen boxes side by side, so that their distances are computed together. Unused ones are
  // infinitely far. Boxes are widened by more than what floats round away, so that bounds err on the safe side.
  struct Boxes {
    std::array<std::array<float, kFan>, 3> low, high;

    void Clear();
    void Extend(size_t slot, const UnitVector& point);
    void Extend(size_t slot, const Boxes& children);
    // Lower bounds of the squared chords from `centre`.
    std::array<float, kFan> MinDistances(const UnitVector& centre) const;
    double MaxDistance(size_t slot, const UnitVector& centre) const;
  };

  struct Pending {
    float distance;
    uint32_t level;  // of the node's children: 0 means that it is a leaf of points
    uint32_t index;
    bool operator<(const Pending& other) const { return distance > other.distance; }
  };

  void BuildLevels();

  template <typename LeafMask, typename Accept, typename Tie>
  void VisitLeaf(uint32_t leaf, const UnitVector& centre, const LeafMask& leaf_mask, const Accept& accept,
                 const Tie& tie, NearestHeap* heap) const;

  std::vector<UnitVector> points_;  // in curve order
  // levels_[0][i]: boxes of leaves 16 i … 16 i + 15; levels_[l][i]: boxes of the nodes 16 i … of levels_[l - 1].
  std::vector<std::vector<Boxes>> levels_;
};

inline std::array<float, PointTree::kFan> PointTree::Boxes::MinDistances(const UnitVector& centre) const {
  // Four at a time, in the words that gcc and clang share: left to itself gcc computes them one by one, since the
  // comparisons might trap.
  using Four = float __attribute__((vector_size(4 * sizeof(float))));
  const float c[3] = {static_cast<float>(centre.x), static_cast<float>(centre.y), static_cast<float>(centre.z)};
  std::array<float, kFan> distances;
  for (size_t i = 0; i < kFan; i += 4) {
    Four sum = {};
    for (size_t axis = 0; axis < 3; ++axis) {
      Four lows, highs;
      std::memcpy(&lows, &low[axis][i], sizeof lows);
      std::memcpy(&highs, &high[axis][i], sizeof highs);
      const Four below = lows - c[axis], above = c[axis] - highs;
      const Four outside = below > above ? below : above;
      const Four clipped = outside > 0.0F ? outside : Four{};
      sum += clipped * clipped;
    }
    sum *= 0.999999F;  // the rounding of the three squares
    std::memcpy(&distances[i], &sum, sizeof sum);
  }
  return distances;
}

template <typename LeafMask, typename Accept, typename Tie>
void PointTree::VisitLeaf(uint32_t leaf, const UnitVector& centre, const LeafMask& leaf_mask, const Accept& accept,
                          const Tie& tie, NearestHeap* heap) const {
  const uint32_t first = leaf * static_cast<uint32_t>(kFan);
  uint32_t mask = leaf_mask(leaf);
  if (points_.size() - first < kFan) mask &= (uint32_t{1} << (points_.size() - first)) - 1;
  for (; mask != 0; mask &= mask - 1) {
    const uint32_t position = first + static_cast<uint32_t>(std::countr_zero(mask));
    const double distance = SquaredChord(centre, points_[position]);
    if (heap->MayEnter(distance) && accept(position)) heap->Push({distance, tie(position), position});
  }
}

template <typename LeafMask, typename Accept, typename Tie>
void PointTree::Nearest(const UnitVector& centre, const LeafMask& leaf_mask, const Accept& accept, const Tie& tie,
                        NearestHeap* heap) const {
  if (points_.empty()) return;
  std::vector<Pending> queue;
  queue.reserve(256);
  queue.push_back({0, static_cast<uint32_t>(levels_.size()), 0});
  while (!queue.empty()) {
    std::pop_heap(queue.begin(), queue.end());
    const Pending next = queue.back();
    queue.pop_back();
    if (next.distance > heap->bound()) return;  // the queue is ordered: all others are farther
    if (next.level == 0) {
      VisitLeaf(next.index, centre, leaf_mask, accept, tie, heap);
      continue;
    }
    const Boxes& boxes = levels_[next.level - 1][next.index];
    const std::array<float, kFan> distances = boxes.MinDistances(centre);
    for (uint32_t i = 0; i < kFan; ++i) {
      if (!(distances[i] <= heap->bound())) continue;
      if (next.level == 1 && leaf_mask(next.index * kFan + i) == 0) continue;
      if (heap->floor() > 0 && boxes.MaxDistance(i, centre) < heap->floor()) continue;
      queue.push_back({distances[i], next.level - 1, static_cast<uint32_t>(next.index * kFan + i)});
      std::push_heap(queue.begin(), queue.end());
    }
  }
}

template <typename Visit>
void PointTree::ForEachWithin(const UnitVector& centre, double max_squared_chord, const Visit& visit) const {
  if (points_.empty()) return;
  std::vector<Pending> stack{{0, static_cast<uint32_t>(levels_.size()), 0}};
  while (!stack.empty()) {
    const Pending next = stack.back();
    stack.pop_back();
    if (next.level == 0) {
      const size_t end = std::min(points_.size(), (next.index + size_t{1}) * kFan);
      for (size_t i = next.index * kFan; i < end; ++i) {
        const double distance = SquaredChord(centre, points_[i]);
        if (distance <= max_squared_chord) visit(static_cast<uint32_t>(i), distance);
      }
      continue;
    }
    const std::array<float, kFan> distances = levels_[next.level - 1][next.index].MinDistances(centre);
    for (uint32_t i = 0; i < kFan; ++i) {
      if (!(distances[i] <= max_squared_chord)) continue;
      stack.push_back({0, next.level - 1, static_cast<uint32_t>(next.index * kFan + i)});
    }
  }
}

}  // namespace schutznetz::geo
