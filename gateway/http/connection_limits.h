// What all workers share about connections: how many there are, from where, and how much their bodies hold.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "gateway/http/ip_address.h"
#include "gateway/http/limits.h"

namespace schutznetz::gateway {

// Thread safe.
class ConnectionLimits {
 public:
  // Both must outlive this object. The limit per address does not hold for trusted proxies.
  ConnectionLimits(const HttpLimits& limits, const IpNetworks& trusted_proxies)
      : limits_(limits), trusted_proxies_(trusted_proxies) {}

  enum class Verdict { kAdmitted, kTooMany, kTooManyFromAddress };
  // Counts a new connection; every kAdmitted is followed by one Remove.
  Verdict Admit(const IpAddress& peer);
  void Remove(const IpAddress& peer);
  int64_t connections() const { return connections_.load(std::memory_order_relaxed); }

  // Takes `bytes` of the memory for bodies, or refuses and takes nothing.
  bool ReserveBody(int64_t bytes);
  void ReleaseBody(int64_t bytes) { bodies_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  int64_t bodies_bytes() const { return bodies_bytes_.load(std::memory_order_relaxed); }

 private:
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_map<uint64_t, int> per_address;  // bounded by connections_max
  };
  Shard& ShardOf(uint64_t key) { return shards_[(key * 0x9e3779b97f4a7c15u) >> 60]; }

  const HttpLimits& limits_;
  const IpNetworks& trusted_proxies_;
  std::atomic<int64_t> connections_{0};
  std::atomic<int64_t> bodies_bytes_{0};
  std::array<Shard, 16> shards_;
};

}  // namespace schutznetz::gateway
