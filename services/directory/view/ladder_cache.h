// Ladders that were made a moment ago, as bytes. An answer is exact until the clock or a change of what it is made of
// ends it, so it may be given again to everybody who asks the same.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

struct KeptLadder {
  std::string bytes;  // steps, later, areas, approximate
  absl::Time from;
  absl::Time valid_until;
  uint64_t version = 0;            // the number of the version it was made from
  std::vector<uint16_t> counters;  // of LadderChanges: the areas it depends on
  bool has_nearest = false;        // it depends on where counselling services are

  bool HoldsIn(const ViewVersion& version_now, absl::Time at) const;
};

// Thread safe, bounded to some 64 MiB.
class LadderCache {
 public:
  // Null when there is none that holds.
  std::shared_ptr<const KeptLadder> Find(const std::string& key, const ViewVersion& version, absl::Time at);
  void Keep(const std::string& key, std::shared_ptr<const KeptLadder> ladder);

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kShardBytesMax = (64 << 20) / kShards;

  struct alignas(64) Shard {
    std::mutex mutex;
    size_t bytes = 0;
    absl::flat_hash_map<std::string, std::shared_ptr<const KeptLadder>> ladders;
  };
  Shard& ShardOf(const std::string& key) { return shards_[HashOfName(key) % kShards]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace schutznetz::directory
