#include "services/common/changes/heard_changes.h"

#include <algorithm>
#include <utility>

namespace schutznetz::changes {

using storage::Change;

void HeardChanges::Add(const storage::Committed& committed) {
  const size_t count = committed.changes.size();
  if (count == 0 || changes_.size() + count > changes_max_ || (epoch_ != 0 && epoch_ != committed.epoch)) {
    changes_.clear();
    incomplete_ = true;
  }
  if (incomplete_) return;
  epoch_ = committed.epoch;
  // Nearly always the end: only commits on several connections are told in another order than that of their numbers.
  const auto at = std::upper_bound(changes_.begin(), changes_.end(), committed.changes.front().number,
                                   [](int64_t number, const Change& change) { return number < change.number; });
  changes_.insert(at, committed.changes.begin(), committed.changes.end());
}

bool HeardChanges::HasNext(const storage::Position& after) const {
  if (epoch_ != after.epoch) return false;
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), after.number,
                                     [](int64_t number, const Change& change) { return number < change.number; });
  return next != changes_.end() && next->number == after.number + 1;
}

std::vector<Change> HeardChanges::Take(const storage::Position& after, size_t count_max) {
  std::vector<Change> taken;
  while (!changes_.empty() && changes_.front().number <= after.number) changes_.pop_front();
  if (epoch_ != after.epoch) return taken;
  for (int64_t next = after.number + 1; taken.size() < count_max && !changes_.empty(); ++next) {
    if (changes_.front().number != next) break;
    taken.push_back(std::move(changes_.front()));
    changes_.pop_front();
  }
  return taken;
}

void HeardChanges::Restart() {
  incomplete_ = false;
  if (changes_.empty()) epoch_ = 0;
}

}  // namespace schutznetz::changes
