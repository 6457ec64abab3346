// A listener with a small handler of its own, for the tests of this folder.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/http_server.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

// Paths tell it what to do: /wait answers when Release is called, /late before reading the body, /large with 8 MiB,
// everything else with the body it got. Counters may be read from any thread.
class TestingHandler final : public ExchangeHandler {
 public:
  void OnHead(Exchange& exchange) override;
  void OnBody(Exchange& exchange) override;
  void OnGone(Exchange& exchange) override;
  void OnRefused(Exchange& exchange, Refusal refusal) override;

  int heads() const { return heads_.load(); }
  int bodies() const { return bodies_.load(); }
  int gone() const { return gone_.load(); }
  int waiting() const { return waiting_count_.load(); }
  // On the worker's thread: answers everything that waits.
  void Release();

 private:
  void Answer(Exchange& exchange, int status, std::string body);

  std::vector<Exchange*> waiting_;
  std::atomic<int> waiting_count_{0};
  std::atomic<int> heads_{0};
  std::atomic<int> bodies_{0};
  std::atomic<int> gone_{0};
};

// Aborts when it cannot listen.
class TestingServer {
 public:
  explicit TestingServer(HttpLimits limits = {}, IpNetworks trusted_proxies = {});
  ~TestingServer() { server_.Stop(); }

  int port() const { return server_.port(); }
  TestingHandler& handler() { return handler_; }
  HttpServer& server() { return server_; }
  // Lets /wait go on.
  void Release() {
    worker_->Post([this] { handler_.Release(); });
  }
  std::string MetricsText() const { return metrics_.Text(); }

 private:
  telemetry::Metrics metrics_;
  TestingHandler handler_;
  HttpServer server_;
  Worker* worker_;
};

}  // namespace schutznetz::gateway
