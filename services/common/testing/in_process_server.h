// A real server on a free port with everything around it, and a channel to it.
//
//   InProcessServer server;
//   server.registry("schutznetz.directory.v1.DirectoryService").Read<…>(…);
//   ASSERT_THAT(server.Start(), IsOk());
//   auto stub = DirectoryService::NewStub(server.channel());
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "services/common/access/authenticator.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/server.h"
#include "services/common/testing/fake_clock.h"

namespace schutznetz::testing {

// Not thread safe itself; the server it holds is.
class InProcessServer {
 public:
  // `clock` null: the machine's clock. `waiter` null: positions are not waited for.
  explicit InProcessServer(rpc::ServerOptions options = {}, const Clock* clock = nullptr,
                           rpc::PositionWaiter* waiter = nullptr);
  // Shuts the server down.
  ~InProcessServer();

  // The handlers of a service; the first call for a service adds it. Before Start.
  rpc::Registry& registry(const std::string& service);
  absl::Status Start();
  void Stop();

  rpc::Server& server() { return *server_; }
  // What the server knows of the newest rights.
  access::RightsVersion& rights() { return authenticator_.rights(); }
  telemetry::Metrics& metrics() { return metrics_; }
  telemetry::LogWriter& log() { return *log_; }
  const rpc::Sealer& sealer() const { return sealer_; }
  // All log lines so far.
  std::string LogText();
  // A channel of its own each time.
  std::shared_ptr<grpc::Channel> channel() const;
  // Makes `context` a call that the gateway forwards for `caller`. The server knows rights version 1, for ever.
  void As(const access::Caller& caller, grpc::ClientContext* context) const;

 private:
  const SystemClock system_clock_;
  const Clock& clock_;
  const access::ContextKeys keys_;
  const std::unique_ptr<const access::ContextMinter> minter_;
  access::Authenticator authenticator_;
  const rpc::Sealer sealer_;
  telemetry::Metrics metrics_;
  int log_file_;
  std::unique_ptr<telemetry::LogWriter> log_;
  std::map<std::string, std::unique_ptr<rpc::Registry>> registries_;
  std::unique_ptr<rpc::Server> server_;
};

// The error of a finished call with its details, for the matchers.
absl::Status ErrorOf(const grpc::Status& status);

}  // namespace schutznetz::testing
