#include "services/common/cache/redis_address.h"

#include <arpa/inet.h>

#include "absl/strings/numbers.h"

namespace schutznetz::cache {
namespace {

constexpr std::string_view kUnix = "unix:";
constexpr size_t kSocketPathMax = 107;  // sockaddr_un

bool IsNumeric(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

absl::StatusOr<RedisAddress> ParseRedisAddress(std::string_view text) {
  RedisAddress address;
  if (text.starts_with(kUnix)) {
    address.socket = std::string(text.substr(kUnix.size()));
    if (!address.socket.empty() && address.socket.size() <= kSocketPathMax) return address;
  }
  const size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    address.host = std::string(host);
    const std::string port(text.substr(colon + 1));
    if (IsNumeric(address.host) && absl::SimpleAtoi(port, &address.port) && address.port > 0 && address.port < 65536) {
      return address;
    }
  }
  return absl::InvalidArgumentError("Must be unix:PATH, or a numeric address with a port such as 127.0.0.1:6379.");
}

}  // namespace schutznetz::cache
