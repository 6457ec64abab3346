// Where Redis is.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace schutznetz::cache {

struct RedisAddress {
  std::string socket;  // path; empty: host and port
  std::string host;    // numeric: hiredis would look a name up without a time limit
  int port = 0;
  std::string user;      // of an ACL; may be empty
  std::string password;  // empty: none
};

// "unix:/run/redis/redis.sock", "127.0.0.1:6379" or "[::1]:6379". INVALID_ARGUMENT: anything else.
absl::StatusOr<RedisAddress> ParseRedisAddress(std::string_view text);

}  // namespace schutznetz::cache
