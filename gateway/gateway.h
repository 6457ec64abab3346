// The whole gateway: public port, filters, upstream, admin port.
//
//   Gateway gateway(options, metrics, log);
//   RETURN_IF_ERROR(gateway.Start());
//   … until SIGTERM …
//   gateway.Drain();
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/authentication/identity.h"
#include "gateway/filters/filter_chain.h"
#include "gateway/filters/pipeline.h"
#include "gateway/http/http_server.h"
#include "gateway/options.h"
#include "gateway/upstream/upstream_client.h"
#include "services/common/cache/cache.h"
#include "services/common/telemetry/admin_server.h"
#include "services/common/time/clock.h"

namespace schutznetz::gateway {

// Not thread safe, except NotReadyReason.
class Gateway {
 public:
  // All must outlive the gateway, and `metrics` must not be read after it is gone.
  Gateway(const Options& options, telemetry::Metrics& metrics, telemetry::LogWriter& log);
  // Stops at once.
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Builds all tables from the descriptors and listens. FAILED_PRECONDITION, INVALID_ARGUMENT, ALREADY_EXISTS: the
  // contract is not complete (see Transcoder::Build), or an option is wrong. UNAVAILABLE: a port is taken.
  // `config_text` is shown on the admin page.
  absl::Status Start(const std::string& config_text = {});

  // After Start.
  int port() const { return server_->port(); }
  int admin_port() const { return admin_.port(); }
  // Why no traffic should come, or empty. Ready once the directory server was reached; from then on a missing server
  // degrades answers, not readiness. Looking for help must not wait for the exchange server.
  std::string NotReadyReason() const;

  // Not ready; after drain_wait no new connections and `Connection: close`; at the latest after finish_wait all is
  // closed. Blocks.
  void Drain();
  // Closes everything at once.
  void Stop();

 private:
  struct WorkerSet;  // what belongs to one worker
  void OpenCache();
  absl::Status BuildIdentity();
  absl::Status BuildPipeline();
  std::vector<ChannelOptions> Targets() const;
  absl::Status AddWorkers();
  absl::Status StartAdmin(const std::string& config_text);

  const Options& options_;
  telemetry::Metrics& metrics_;
  telemetry::LogWriter& log_;
  const SystemClock clock_;
  std::unique_ptr<cache::Cache> cache_;  // null without Redis
  std::unique_ptr<const Transcoder> transcoder_;
  std::unique_ptr<Identity> identity_;  // null without an exchange server
  std::vector<size_t> servers_;         // by number of the route: the number of its target
  std::unique_ptr<const FilterChain> chain_;
  std::vector<std::unique_ptr<WorkerSet>> workers_;
  std::unique_ptr<HttpServer> server_;
  std::atomic<bool> draining_{false};
  mutable std::atomic<bool> reached_{false};
  telemetry::AdminServer admin_;
};

}  // namespace schutznetz::gateway
