// What one client may cost at most. Every limit is always evaluated; flags raise or lower the values.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace schutznetz::gateway {

struct HttpLimits {
  size_t header_bytes_max = 16 * 1024;  // request line and fields
  size_t fields_max = 64;
  size_t target_bytes_max = 8 * 1024;
  int64_t body_bytes_max = 1024 * 1024;               // of one request
  int64_t bodies_bytes_max = 256LL * 1024 * 1024;     // of all requests of the process together
  absl::Duration header_timeout = absl::Seconds(10);  // first byte to end of header
  absl::Duration body_timeout = absl::Seconds(30);    // end of header to end of body
  absl::Duration write_timeout = absl::Seconds(30);   // for a client to take a whole response
  absl::Duration idle_timeout = absl::Seconds(60);    // between requests
  absl::Duration linger_timeout = absl::Seconds(2);   // reading on after a refusal, so that it arrives
  int requests_per_connection_max = 1000;
  int connections_per_ip_max = 50;
  int connections_max = 10'000;
};

}  // namespace schutznetz::gateway
