#include "services/directory/view/list_sets.h"

namespace schutznetz::directory {

std::vector<ListSets::Membership> ListSets::MembershipsOf(const Entry& entry) {
  std::vector<Membership> memberships;
  const auto add = [&](uint64_t group, bool shown) { memberships.push_back({{group, entry.name, entry.slot}, shown}); };
  add(GroupOf(entry.kind), entry.is_public());
  for (LandNumber land = 1; land <= kLandCount; ++land) {
    if ((entry.lands >> land & 1) != 0) add(GroupOf(entry.kind, land), entry.is_public());
  }
  for (size_t i = 0; i < entry.parents.size(); ++i) {
    if (entry.parents[i] == kNoSlot) continue;
    // Which location a service is at may be withheld although both are shown.
    const bool tells_address = entry.kind == Kind::kServiceAtLocation && i == 1;
    add(GroupBelow(entry.parents[i], entry.kind), tells_address ? entry.shows_address() : entry.is_public());
  }
  return memberships;
}

void ListSets::Count(const Entry& entry, int32_t by) {
  if (!entry.is_public()) return;
  for (LandNumber land = 1; land <= kLandCount; ++land) {
    if ((entry.lands >> land & 1) != 0) land_counts_[IndexOf(entry.kind)][land] += by;
  }
}

void ListSets::Replace(WriterStamp stamp, const Entry* before, const Entry& after) {
  const std::vector<Membership> now = MembershipsOf(after);
  if (before != nullptr) {
    const std::vector<Membership> then = MembershipsOf(*before);
    if (then == now) return;
    for (const Membership& old : then) (old.shown ? shown_ : withheld_).Erase(stamp, old.item);
    Count(*before, -1);
  }
  for (const Membership& fresh : now) (fresh.shown ? shown_ : withheld_).Insert(stamp, fresh.item);
  Count(after, 1);
}

void ListSets::CopyTo(ViewVersion& version) {
  version.shown_lists = shown_.set();
  version.withheld_lists = withheld_.set();
  version.land_counts = land_counts_;
}

}  // namespace schutznetz::directory
