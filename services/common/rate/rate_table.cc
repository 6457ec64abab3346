#include "services/common/rate/rate_table.h"

#include <algorithm>

namespace schutznetz::rate {

RateTable::RateTable() : sets_(std::make_unique<std::array<Set, kSets>>()) {}

// The entry of this key, or the one whose bucket is fullest, emptied for it.
RateTable::Entry& RateTable::EntryOf(Set& set, uint64_t key) {
  Entry* fullest = &set.entries[0];
  for (Entry& entry : set.entries) {
    if (entry.key == key) return entry;
    if (entry.full_us < fullest->full_us) fullest = &entry;
  }
  *fullest = {key, 0};
  return *fullest;
}

RateVerdict RateTable::Take(uint64_t key, const RateRule& rule, int64_t now_us) {
  const int64_t size_us = rule.burst * rule.interval_us;
  Set& set = (*sets_)[key % kSets];
  const std::lock_guard lock(set.mutex);
  Entry& entry = EntryOf(set, key);
  const int64_t before = std::max(entry.full_us, now_us);
  const int64_t after = before + rule.interval_us;
  RateVerdict verdict;
  verdict.admitted = after - now_us <= size_us;
  if (verdict.admitted) {
    entry.full_us = after;
  } else {
    verdict.retry_us = after - now_us - size_us;
  }
  verdict.reset_us = (verdict.admitted ? after : before) - now_us;
  verdict.remaining = (size_us - verdict.reset_us) / rule.interval_us;
  return verdict;
}

void RateTable::Charge(uint64_t key, const RateRule& rule, int64_t count, int64_t now_us) {
  Set& set = (*sets_)[key % kSets];
  const std::lock_guard lock(set.mutex);
  Entry& entry = EntryOf(set, key);
  const int64_t after = std::max(entry.full_us, now_us) + std::min(count, rule.burst) * rule.interval_us;
  entry.full_us = std::max(entry.full_us, std::min(after, now_us + rule.burst * rule.interval_us));
}

int64_t RateTable::WaitOf(uint64_t key, const RateRule& rule, int64_t now_us) const {
  Set& set = (*sets_)[key % kSets];
  const std::lock_guard lock(set.mutex);
  for (const Entry& entry : set.entries) {
    if (entry.key != key) continue;
    return std::max<int64_t>(entry.full_us + rule.interval_us - now_us - rule.burst * rule.interval_us, 0);
  }
  return 0;
}

}  // namespace schutznetz::rate
