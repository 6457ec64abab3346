#include "services/directory/view/ladder_cache.h"

#include <algorithm>
#include <utility>

namespace schutznetz::directory {
namespace {

size_t BytesOf(const std::string& key, const KeptLadder& ladder) {
  return key.size() + ladder.bytes.size() + ladder.counters.size() * sizeof(uint16_t) + sizeof(KeptLadder) + 64;
}

}  // namespace

bool KeptLadder::HoldsIn(const ViewVersion& version_now, absl::Time at) const {
  if (at < from || at >= valid_until) return false;
  if (version_now.number == version) return true;
  const LadderChanges& changes = *version_now.ladder_changes;
  if (version_now.number < version || changes.places > version) return false;
  if (has_nearest && changes.counselling > version) return false;
  return std::all_of(counters.begin(), counters.end(),
                     [&](uint16_t counter) { return changes.by_key[counter] <= version; });
}

std::shared_ptr<const KeptLadder> LadderCache::Find(const std::string& key, const ViewVersion& version, absl::Time at) {
  Shard& shard = ShardOf(key);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.ladders.find(key);
  if (found == shard.ladders.end() || !found->second->HoldsIn(version, at)) return nullptr;
  return found->second;
}

void LadderCache::Keep(const std::string& key, std::shared_ptr<const KeptLadder> ladder) {
  Shard& shard = ShardOf(key);
  const size_t bytes = BytesOf(key, *ladder);
  std::lock_guard lock(shard.mutex);
  if (shard.bytes + bytes > kShardBytesMax) {
    shard.ladders.clear();
    shard.bytes = 0;
  }
  std::shared_ptr<const KeptLadder>& kept = shard.ladders[key];
  if (kept) shard.bytes -= BytesOf(key, *kept);
  shard.bytes += bytes;
  kept = std::move(ladder);
}

}  // namespace schutznetz::directory
