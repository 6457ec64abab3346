// The gateway's flags as one plain struct.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/http/limits.h"
#include "services/common/access/program_tls.h"
#include "services/common/cache/redis_flags.h"
#include "services/common/config/secret.h"

namespace schutznetz::config {
class Flags;
}  // namespace schutznetz::config

namespace schutznetz::gateway {

struct Options {
  std::string listen_address = "127.0.0.1";
  int port = 8080;
  std::string admin_address = "127.0.0.1";
  int admin_port = 9400;
  std::string directory_address = "127.0.0.1:50051";
  std::string exchange_address;     // empty: nobody is known
  std::string events_address;       // empty: there are no events
  std::string descriptor_set_file;  // empty: the one built in
  int workers = 0;                  // 0: one per processor
  int upstream_channels = 2;        // per worker and server
  int64_t upstream_reply_bytes_max = 4 << 20;

  // Who callers are.
  std::string issuer;  // empty: only tokens that this installation signs itself
  std::string audience = "schutznetz";
  bool token_typ_jwt = false;
  std::string jwks_file;
  std::string jwks_url;
  config::Secret context_keys;
  access::TlsFiles tls;  // of the gateway, towards the servers

  HttpLimits limits;
  int calls_running_max = 1024;
  int64_t rate_factor = 1;
  cache::RedisFlags redis;
  std::vector<std::string> cors_origins;
  std::vector<std::string> trusted_proxies;

  absl::Duration drain_wait = absl::Seconds(5);
  absl::Duration finish_wait = absl::Seconds(20);

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
};

}  // namespace schutznetz::gateway
