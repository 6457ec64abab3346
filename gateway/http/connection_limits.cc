#include "gateway/http/connection_limits.h"

namespace schutznetz::gateway {

ConnectionLimits::Verdict ConnectionLimits::Admit(const IpAddress& peer) {
  if (connections_.fetch_add(1, std::memory_order_relaxed) >= limits_.connections_max) {
    connections_.fetch_sub(1, std::memory_order_relaxed);
    return Verdict::kTooMany;
  }
  const uint64_t key = peer.LimitKey();
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  int& count = shard.per_address[key];
  if (count >= limits_.connections_per_ip_max && !trusted_proxies_.Contains(peer)) {
    connections_.fetch_sub(1, std::memory_order_relaxed);
    return Verdict::kTooManyFromAddress;
  }
  ++count;
  return Verdict::kAdmitted;
}

void ConnectionLimits::Remove(const IpAddress& peer) {
  connections_.fetch_sub(1, std::memory_order_relaxed);
  const uint64_t key = peer.LimitKey();
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.per_address.find(key);
  if (found != shard.per_address.end() && --found->second <= 0) shard.per_address.erase(found);
}

bool ConnectionLimits::ReserveBody(int64_t bytes) {
  if (bodies_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limits_.bodies_bytes_max) return true;
  bodies_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

}  // namespace schutznetz::gateway
