// The gRPC server of a program: unary calls on own completion queues behind one guard chain.
//
//   rpc::Server server(options, {.clock = clock, .metrics = metrics, .log = log, .authenticator = authenticator,
//                                .sealer = sealer, .waiter = &waiter});
//   server.Add(registry);
//   RETURN_IF_ERROR(server.Start());
//   server.SetServing(true);          // when the store was read
//   server.RunUntilSignal();          // SIGTERM or SIGINT: drain, finish, return
//
// No gRPC in this header: only rpc/ includes it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/access/authenticator.h"
#include "services/common/access/program_tls.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/sealer.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"

namespace schutznetz::rpc {

// Flags of every server; the defaults are those of SAFETY section 3.
struct ServerOptions {
  std::string listen_address = "127.0.0.1";  // numeric; beyond loopback only with `tls`
  access::TlsFiles tls;                      // of this program; the other ones must show theirs
  int listen_port = 0;                       // 0: any free port
  int completion_threads = 2;
  int pool_threads = 4;
  int pool_waiting_max = 256;
  int calls_running_max = 4096;  // async calls (writes, position waits) beyond this are refused
  int streams_max = 10'000;      // running streams beyond this are refused
  int64_t receive_bytes_max = 1 << 20;
  int64_t send_bytes_max = 4 << 20;
  int64_t memory_bytes_max = 512LL << 20;          // gRPC's memory quota
  absl::Duration drain_wait = absl::Seconds(5);    // not ready, still answering
  absl::Duration finish_wait = absl::Seconds(20);  // after GOAWAY
};

// What the server works with; all must outlive it.
struct ServerParts {
  const Clock& clock;
  telemetry::Metrics& metrics;
  telemetry::LogWriter& log;
  access::Authenticator& authenticator;
  const Sealer& sealer;
  PositionWaiter* waiter = nullptr;  // null: `schutznetz-position` of requests is ignored
};

class Server {
 public:
  Server(ServerOptions options, ServerParts parts);
  // Shuts down at once when still running.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Before Start. `registry` must outlive the server.
  void Add(Registry& registry);

  // Checks the contract, then listens. INVALID_ARGUMENT, with all problems in one text: a described unary method
  // without handler, a handler without a described method, two for one, a method without a complete rule, field options
  // that cannot be enforced, an address beyond loopback without mutual TLS, TLS files that cannot be read. UNAVAILABLE
  // when the port is taken.
  absl::Status Start();

  // The port in use, after Start.
  int port() const;
  // grpc.health.v1 and readiness. Not serving until set.
  void SetServing(bool serving);
  bool serving() const;

  // Blocks until SIGTERM or SIGINT, then drains: not serving, drain_wait, GOAWAY, at most finish_wait, done.
  // `BlockStopSignals` must have been called by main before any thread was started.
  void RunUntilSignal();
  // GOAWAY now, running calls get until `finish_wait`, then they are cancelled. Returns when all is over.
  void Shutdown(absl::Duration finish_wait);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

// Blocks SIGTERM and SIGINT in this thread and all it starts later, so that RunUntilSignal receives them.
void BlockStopSignals();

}  // namespace schutznetz::rpc
