// A worker's channels to one target, with everything a call needs prepared.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "services/common/access/program_tls.h"

struct grpc_channel;

namespace schutznetz::gateway {

// A method as the upstream sees it.
struct UpstreamMethod {
  std::string grpc_path;         // /package.Service/Method
  bool no_side_effects = false;  // may be tried twice
};

struct ChannelOptions {
  std::string target;  // "127.0.0.1:50051", "dns:///directory:50051"
  int channels = 2;    // each with connections of its own
  int64_t receive_bytes_max = 4 << 20;
  int64_t send_bytes_max = 1 << 20;
  access::TlsFiles tls;  // none: plain text, good for loopback only
  std::string server;    // the program that the certificate at the other end must name
  // Whether servers that say they are about to stop get no further calls (grpc.health.v1.Health/Watch). Then a restart
  // fails no call where there is another replica; a lone server answers nothing during its drain_wait.
  bool health_checked = true;
};

// The service config of all channels: round robin among the healthy, and two tries for methods without side effects,
// throttled so that retries never pass a tenth of the calls. Servers and resolvers cannot replace it.
std::string ServiceConfigJson(const std::vector<UpstreamMethod>& methods, bool health_checked);

// Connects at once and reconnects within two seconds. Immutable after construction.
class ChannelPool {
 public:
  ChannelPool(const ChannelOptions& options, const std::vector<UpstreamMethod>& methods);
  ~ChannelPool();
  ChannelPool(const ChannelPool&) = delete;
  ChannelPool& operator=(const ChannelPool&) = delete;

  struct Line {
    grpc_channel* channel = nullptr;
    std::vector<void*> methods;  // registered, by number
  };
  const std::vector<Line>& lines() const { return lines_; }
  // Whether a call could be sent now on some channel. Thread safe.
  bool Connected() const;

 private:
  std::vector<Line> lines_;
};

}  // namespace schutznetz::gateway
