// In which lists each record stands, and how many everybody sees in each Land.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "services/common/view/growing_set.h"
#include "services/directory/view/entry.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// Used by the one thread that makes versions.
class ListSets {
 public:
  // `before` may be null: a new record.
  void Replace(WriterStamp stamp, const Entry* before, const Entry& after);

  // Copies what a version needs.
  void CopyTo(ViewVersion& version);

 private:
  struct Membership {
    GroupItem item;
    bool shown = false;
    friend bool operator==(const Membership& a, const Membership& b) {
      return a.item.group == b.item.group && a.shown == b.shown;
    }
  };
  static std::vector<Membership> MembershipsOf(const Entry& entry);
  void Count(const Entry& entry, int32_t by);

  view::GrowingSet<GroupItem> shown_;
  view::GrowingSet<GroupItem> withheld_;
  std::array<std::array<int32_t, kLandCount + 1>, kKindCount> land_counts_ = {};
};

}  // namespace schutznetz::directory
