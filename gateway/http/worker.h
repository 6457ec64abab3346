// One thread of the gateway with its listener and its connections.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "gateway/http/connection_limits.h"
#include "gateway/http/exchange.h"
#include "gateway/http/limits.h"
#include "gateway/http/session_host.h"

namespace schutznetz::gateway {

class Worker {
 public:
  // All references must outlive the worker. `handler` is used on the worker's thread only.
  Worker(const HttpLimits& limits, ConnectionLimits& connections, HttpMetrics& metrics, ExchangeHandler& handler);
  // Stops.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Listens with SO_REUSEPORT beside the other workers. Returns the port (`port` 0: any free one). UNAVAILABLE: taken;
  // INVALID_ARGUMENT: `address` is not numeric.
  absl::StatusOr<int> Listen(const std::string& address, int port);
  // Starts the thread.
  void Start();

  // From here on: any thread.
  // Runs `task` on the worker's thread, soon. Dropped when the worker stops first.
  void Post(std::function<void()> task);
  // Closes the listener and idle connections; every further answer ends its connection.
  void Drain();
  // Closes everything and joins the thread.
  void Stop();

 private:
  class Loop;  // keeps Asio out of this header
  std::unique_ptr<Loop> loop_;
};

}  // namespace schutznetz::gateway
