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

// An immutable tree over ordinals, the slots behind the ordinals, and which of them are gone since.
struct PointIndex::Part {
  struct Fixed {
    std::vector<uint32_t> slots;  // ascending; the index is the tree's id
    std::vector<Point> points;    // beside slots, as they were given
    PointTree tree;
  };
  std::shared_ptr<const Fixed> fixed;
  Roaring erased;  // ordinals

  size_t live() const { return fixed->slots.size() - erased.cardinality(); }

  // The ordinal of a live slot.
  std::optional<uint32_t> OrdinalOf(uint32_t slot) const {
    const auto found = std::lower_bound(fixed->slots.begin(), fixed->slots.end(), slot);
    if (found == fixed->slots.end() || *found != slot) return std::nullopt;
    const uint32_t ordinal = static_cast<uint32_t>(found - fixed->slots.begin());
    if (erased.contains(ordinal)) return std::nullopt;
    return ordinal;
  }

  void AppendLive(std::vector<PlacedSlot>* out) const {
    for (uint32_t i = 0; i < fixed->slots.size(); ++i) {
      if (!erased.contains(i)) out->push_back({fixed->slots[i], fixed->points[i]});
    }
  }

  // Slots must be distinct.
  static Part Make(std::vector<PlacedSlot> points);
};

PointIndex::Part PointIndex::Part::Make(std::vector<PlacedSlot> points) {
  std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
  auto fixed = std::make_shared<Fixed>();
  std::vector<PointTree::Item> items;
  items.reserve(points.size());
  fixed->slots.reserve(points.size());
  fixed->points.reserve(points.size());
  for (const PlacedSlot& placed : points) {
    items.push_back({static_cast<uint32_t>(items.size()), ToUnitVector(placed.point)});
    fixed->slots.push_back(placed.slot);
    fixed->points.push_back(placed.point);
  }
  fixed->tree = PointTree::Build(std::move(items), static_cast<uint32_t>(points.size()));
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
      if (const std::optional<uint32_t> ordinal = part.OrdinalOf(slot)) part.erased.add(*ordinal);
    }
  };
  std::vector<PlacedSlot> added = LastOfEach(set);
  for (uint32_t slot : erased) erase(slot);
  for (const PlacedSlot& placed : added) erase(placed.slot);

  std::vector<Part>& parts = next->parts_;
  if (!added.empty()) parts.push_back(Part::Make(std::move(added)));
  std::erase_if(parts, [](const Part& part) { return part.live() == 0; });
  while (parts.size() >= 2 && parts.back().live() * kMergeRatio >= parts[parts.size() - 2].live()) {
    std::vector<PlacedSlot> points;
    parts.back().AppendLive(&points);
    parts.pop_back();
    parts.back().AppendLive(&points);
    parts.back() = Part::Make(std::move(points));
  }
  for (Part& part : parts) {
    if (part.live() * 2 < part.fixed->slots.size()) {
      std::vector<PlacedSlot> points;
      part.AppendLive(&points);
      part = Part::Make(std::move(points));
    }
    next->size_ += part.live();
  }
  return next;
}

std::vector<Neighbour> PointIndex::Nearest(const Query& query) const {
  const UnitVector centre = ToUnitVector(query.centre);
  NearestHeap heap(query.limit, MetresToSquaredChord(query.max_distance_m));
  const uint64_t passing = query.filter != nullptr ? query.filter->cardinality() : size_;
  // The tree looks at about limit / (passing / size) points, the walk at every slot of the filter.
  const bool walk =
      query.filter != nullptr && static_cast<double>(passing) * static_cast<double>(passing) * kFilterStepCost <
                                     static_cast<double>(query.limit) * static_cast<double>(size_);
  for (const Part& part : parts_) {
    const std::vector<uint32_t>& slots = part.fixed->slots;
    const auto tie = [&slots](uint32_t ordinal) { return slots[ordinal]; };
    if (walk) {
      for (uint32_t slot : *query.filter) {
        const std::optional<uint32_t> ordinal = part.OrdinalOf(slot);
        if (!ordinal.has_value()) continue;
        const UnitVector& point = *part.fixed->tree.Find(*ordinal);
        heap.Push({SquaredChord(centre, point), slot, slot});
      }
      continue;
    }
    const bool none_erased = part.erased.isEmpty();
    const auto accept = [&](uint32_t ordinal) {
      return (none_erased || !part.erased.contains(ordinal)) &&
             (query.filter == nullptr || query.filter->contains(slots[ordinal]));
    };
    part.fixed->tree.Nearest(centre, accept, tie, &heap);
  }
  std::vector<Neighbour> result;
  // The tie-break is the slot; the candidate's id is an ordinal of its part.
  for (const Candidate& found : heap.TakeSorted()) {
    result.push_back({static_cast<uint32_t>(found.tie), SquaredChordToMetres(found.squared_chord)});
  }
  return result;
}

size_t PointIndex::CountWithin(const Query& query) const {
  const UnitVector centre = ToUnitVector(query.centre);
  size_t count = 0;
  for (const Part& part : parts_) {
    part.fixed->tree.ForEachWithin(centre, MetresToSquaredChord(query.max_distance_m),
                                   [&](uint32_t ordinal, double /*squared_chord*/) {
                                     if (part.erased.contains(ordinal)) return;
                                     if (query.filter != nullptr && !query.filter->contains(part.fixed->slots[ordinal]))
                                       return;
                                     ++count;
                                   });
  }
  return count;
}

std::optional<Point> PointIndex::Find(uint32_t slot) const {
  for (const Part& part : parts_) {
    if (const std::optional<uint32_t> ordinal = part.OrdinalOf(slot)) return part.fixed->points[*ordinal];
  }
  return std::nullopt;
}

}  // namespace schutznetz::geo
