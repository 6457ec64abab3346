// The public port: a worker per core, all listening on the same port.
//
//   HttpServer server(options, limits, trusted_proxies, metrics);
//   server.AddWorker(handler_of_worker_0); …
//   RETURN_IF_ERROR(server.Start());
//   … server.Drain(); wait until server.connections() == 0; server.Stop();
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/http/connection_limits.h"
#include "gateway/http/worker.h"

namespace schutznetz::gateway {

// Not thread safe, except connections().
class HttpServer {
 public:
  // `metrics` must outlive the server.
  HttpServer(HttpLimits limits, IpNetworks trusted_proxies, telemetry::Metrics& metrics);
  // Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Before Start, once per thread. `handler` must outlive the server. The worker may be posted to until Stop returns.
  Worker& AddWorker(ExchangeHandler& handler);

  // Listens on `address` (numeric) and `port` (0: any free one) and starts the threads. UNAVAILABLE when the port is
  // taken by anybody else, INVALID_ARGUMENT when the address is not numeric.
  absl::Status Start(const std::string& address, int port);
  // The port in use, after Start.
  int port() const { return port_; }

  int64_t connections() const { return connections_.connections(); }
  // No new connections, idle ones close, every further answer ends its connection.
  void Drain();
  // Closes everything at once.
  void Stop();

 private:
  const HttpLimits limits_;
  const IpNetworks trusted_proxies_;
  HttpMetrics metrics_;
  ConnectionLimits connections_;
  std::vector<std::unique_ptr<Worker>> workers_;
  int port_ = 0;
};

}  // namespace schutznetz::gateway
