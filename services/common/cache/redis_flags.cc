#include "services/common/cache/redis_flags.h"

#include "services/common/cache/redis_cache.h"

namespace schutznetz::cache {
namespace {

void AddStatistics(const RedisCache& cache, telemetry::Metrics& metrics) {
  const auto add = [&](const char* name, const char* help, int64_t RedisStatistics::*part) {
    metrics.AddCounterFrom(name, help, [&cache, part] { return static_cast<double>(cache.Statistics().*part); });
  };
  add("redis_failures_total", "Commands that were not sent, not answered in time, or refused.",
      &RedisStatistics::failures);
  add("redis_forged_total", "Values and messages found in Redis that this installation did not write.",
      &RedisStatistics::poisoned);
  add("redis_hints_total", "Wake-up hints received.", &RedisStatistics::hints);
  add("redis_messages_total", "Messages received.", &RedisStatistics::messages);
}

}  // namespace

void RedisFlags::Define(config::Flags& flags) {
  flags.Text("redis_address", &address,
             "Redis, for speed only: \"unix:/path/of/socket\" or \"127.0.0.1:6379\" (numeric). Absent: none is used.");
  flags.Text("redis_user", &user, "User of Redis; it needs PUBLISH, PSUBSCRIBE, GET, SET and PING.");
  flags.SecretFile("redis_password_file", &password, "File with the password of Redis.");
  flags.SecretFile("redis_key_file", &key,
                   "File with random text, the same for all programs, under which what is in Redis is authenticated. "
                   "Absent: programs share nothing but hints.");
  flags.Check([this] {
    if (address.empty() || ParseRedisAddress(address).ok()) return std::string();
    return std::string("redis_address: must be unix:/path or a numeric address with a port");
  });
}

std::unique_ptr<Cache> RedisFlags::Open(const Clock& clock, telemetry::Metrics& metrics) const {
  absl::StatusOr<RedisAddress> parsed = ParseRedisAddress(address);
  if (!parsed.ok()) return std::make_unique<NoCache>();
  RedisCacheOptions options;
  options.address = *std::move(parsed);
  options.address.user = user;
  options.address.password = std::string(password.Reveal());
  options.secret = std::string(key.Reveal());
  auto cache = std::make_unique<RedisCache>(clock, std::move(options));
  AddStatistics(*cache, metrics);
  return cache;
}

}  // namespace schutznetz::cache
