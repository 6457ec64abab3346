// Changes that this process committed itself, on their way to its own followers. Internal to changes/.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "services/common/storage/change_record.h"

namespace schutznetz::changes {

// Not thread safe. Holds a bounded number of changes; whoever does not take them in time reads the log instead.
class HeardChanges {
 public:
  explicit HeardChanges(size_t changes_max) : changes_max_(changes_max) {}

  // What a commit listener was called with.
  void Add(const storage::Committed& committed);

  // Whether changes follow `after` without a gap.
  bool HasNext(const storage::Position& after) const;
  // Those, at most `count_max`, in order. Forgets what stands before them.
  std::vector<storage::Change> Take(const storage::Position& after, size_t count_max);

  // Others wrote, or something was left out: the log must be read.
  bool incomplete() const { return incomplete_; }
  // Before the log is read: what comes from now on counts again.
  void Restart();

  // Nothing is waiting, neither to be taken nor behind a gap.
  bool empty() const { return changes_.empty(); }

 private:
  const size_t changes_max_;
  int64_t epoch_ = 0;
  std::deque<storage::Change> changes_;  // by number
  bool incomplete_ = false;
};

}  // namespace schutznetz::changes
