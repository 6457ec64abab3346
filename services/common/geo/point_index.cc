#include "services/common/geo/point_index.h"

#include <algorithm>
#include <cmath>
#include <roaring/roaring.hh>
#include <utility>

#include "services/common/geo/nearest_heap.h"
#include "services/common/geo/point_tree.h"

namespace schutznetz::geo {
namespace {

// A part stands beside its predecessor while it is smaller than a quarter of it: few parts, few rebuilds.
constexpr size_t kMergeRatio = 4;

// Walking a filter costs about this many times what the tree pays for a point it looks at.
constexpr double kFilterStepCost = 4;

}  // namespace

// An immutable tree, the slots at its positions, and which positions are gone since.
struct PointIndex::Part {
  struct Fixed {
    PointTree tree;
    std::vector<PlacedSlot> placed;                        // by position, as they were given
    std::vector<std::pair<uint32_t, uint32_t>> positions;  // (slot, position), ascending
  };
  std::shared_ptr<const Fixed> fixed;
  Roaring erased;  // positions

  size_t live() const { return fixed->placed.size() - erased.cardinality(); }

  // The position of a live slot.
  std::optional<uint32_t> PositionOf(uint32_t slot) const {
    const auto found = std::lower_bound(fixed->positions.begin(), fixed->positions.end(), std::pair(slot, 0U));
    if (found == fixed->positions.end() || found->first != slot || erased.contains(found->second)) return std::nullopt;
    return found->second;
  }

  void AppendLive(std::vector<PlacedSlot>* out) const {
    for (uint32_t i = 0; i < fixed->placed.size(); ++i) {
      if (!erased.contains(i)) out->push_back(fixed->placed[i]);
    }
  }

  void SearchTree(const Query& query, NearestHeap* heap) const;
  void WalkFilter(const Query& query, NearestHeap* heap) const;

  // Slots must be distinct.
  static Part Make(const std::vector<PlacedSlot>& points);
};

void PointIndex::Part::SearchTree(const Query& query, NearestHeap* heap) const {
  const bool none_erased = erased.isEmpty();
  const auto accept = [&](uint32_t position) {
    return (none_erased || !erased.contains(position)) &&
           (query.filter == nullptr || query.filter->contains(fixed->placed[position].slot));
  };
  const auto slot = [this](uint32_t position) { return fixed->placed[position].slot; };
  const auto every = [](uint32_t /*leaf*/) { return 0xFFFFU; };
  fixed->tree.Nearest(ToUnitVector(query.centre), every, accept, slot, heap);
}

void PointIndex::Part::WalkFilter(const Query& query, NearestHeap* heap) const {
  const UnitVector centre = ToUnitVector(query.centre);
  for (uint32_t slot : *query.filter) {
    const std::optional<uint32_t> position = PositionOf(slot);
    if (position.has_value()) heap->Push({SquaredChord(centre, fixed->tree.point(*position)), slot, *position});
  }
}

PointIndex::Part PointIndex::Part::Make(const std::vector<PlacedSlot>& points) {
  std::vector<UnitVector> vectors;
  vectors.reserve(points.size());
  for (const PlacedSlot& placed : points) vectors.push_back(ToUnitVector(placed.point));
  auto fixed = std::make_shared<Fixed>();
  std::vector<UnitVector> ordered;
  ordered.reserve(points.size());
  for (uint32_t index : CurveOrder(vectors)) {
    fixed->positions.emplace_back(points[index].slot, static_cast<uint32_t>(ordered.size()));
    fixed->placed.push_back(points[index]);
    ordered.push_back(vectors[index]);
  }
  std::sort(fixed->positions.begin(), fixed->positions.end());
  fixed->tree = PointTree(std::move(ordered));
  return {std::move(fixed), Roaring()};
}

namespace {

// The last entry of each slot.
std::vector<PlacedSlot> LastOfEach(std::span<const PlacedSlot> points) {
  std::vector<PlacedSlot> result(points.rbegin(), points.rend());
  std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
  result.erase(std::unique(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.slot == b.slot; }),
               result.end());
  return result;
}

}  // namespace

PointIndex::~PointIndex() = default;

std::shared_ptr<const PointIndex> PointIndex::Empty() { return std::shared_ptr<const PointIndex>(new PointIndex()); }

std::shared_ptr<const PointIndex> PointIndex::Build(std::span<const PlacedSlot> points) {
  return Empty()->Apply(points, {});
}

std::shared_ptr<const PointIndex> PointIndex::Apply(std::span<const PlacedSlot> set,
                                                    std::span<const uint32_t> erased) const {
  std::shared_ptr<PointIndex> next(new PointIndex());
  next->parts_ = parts_;
  const auto erase = [&next](uint32_t slot) {
    for (Part& part : next->parts_) {
      if (const std::optional<uint32_t> position = part.PositionOf(slot)) part.erased.add(*position);
    }
  };
  const std::vector<PlacedSlot> added = LastOfEach(set);
  for (uint32_t slot : erased) erase(slot);
  for (const PlacedSlot& placed : added) erase(placed.slot);

  std::vector<Part>& parts = next->parts_;
  if (!added.empty()) parts.push_back(Part::Make(added));
  std::erase_if(parts, [](const Part& part) { return part.live() == 0; });
  while (parts.size() >= 2 && parts.back().live() * kMergeRatio >= parts[parts.size() - 2].live()) {
    std::vector<PlacedSlot> points;
    parts.back().AppendLive(&points);
    parts.pop_back();
    parts.back().AppendLive(&points);
    parts.back() = Part::Make(points);
  }
  for (Part& part : parts) {
    if (part.live() * 2 < part.fixed->placed.size()) {
      std::vector<PlacedSlot> points;
      part.AppendLive(&points);
      part = Part::Make(points);
    }
    next->size_ += part.live();
  }
  return next;
}

std::vector<Neighbour> PointIndex::Nearest(const Query& query) const {
  NearestHeap heap(query.limit, MetresToSquaredChord(query.max_distance_m));
  const double passing = static_cast<double>(query.filter != nullptr ? query.filter->cardinality() : size_);
  // The tree looks at about limit / (passing / size) points, the walk at every slot of the filter.
  const bool walk = query.filter != nullptr &&
                    passing * passing * kFilterStepCost < static_cast<double>(query.limit) * static_cast<double>(size_);
  for (const Part& part : parts_) {
    if (walk) {
      part.WalkFilter(query, &heap);
    } else {
      part.SearchTree(query, &heap);
    }
  }
  std::vector<Neighbour> result;
  // The tie-break is the slot; the candidate's id is a position in its part.
  for (const Candidate& found : heap.TakeSorted()) {
    result.push_back({static_cast<uint32_t>(found.tie), SquaredChordToMetres(found.squared_chord)});
  }
  return result;
}

size_t PointIndex::CountWithin(const Query& query) const {
  const UnitVector centre = ToUnitVector(query.centre);
  const double bound = MetresToSquaredChord(query.max_distance_m);
  size_t count = 0;
  for (const Part& part : parts_) {
    part.fixed->tree.ForEachWithin(centre, bound, [&](uint32_t position, double /*squared_chord*/) {
      if (part.erased.contains(position)) return;
      if (query.filter != nullptr && !query.filter->contains(part.fixed->placed[position].slot)) return;
      ++count;
    });
  }
  return count;
}

std::optional<Point> PointIndex::Find(uint32_t slot) const {
  for (const Part& part : parts_) {
    if (const std::optional<uint32_t> position = part.PositionOf(slot)) return part.fixed->placed[*position].point;
  }
  return std::nullopt;
}

}  // namespace schutznetz::geo
