// What every server program has around its own parts: flags, log, metrics, admin port, credentials, the gRPC server.
//
//   int main(int argc, char** argv) {
//     directory::Options options;                              // has a member rpc::ProcessOptions process
//     config::Flags flags("schutznetz-directory", "The directory server.");
//     options.process.Define(flags);  options.Define(flags);
//     if (auto exit_code = flags.Parse(argc, argv, std::cout, std::cerr)) return *exit_code;
//     rpc::Process process("schutznetz-directory", options.process);
//     …open the store, start the follower, fill a registry…
//     process.UseWaiter(&waiter);                              // before the first Add
//     process.WatchRights(options.exchange_address);
//     process.server().Add(registry);
//     return process.Run(flags.Dump(), [&] { return view.not_ready_reason(); });
//   }
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "services/common/access/authenticator.h"
#include "services/common/access/rights_watch.h"
#include "services/common/cache/cache.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/rights_client.h"
#include "services/common/rpc/sealer.h"
#include "services/common/rpc/server.h"
#include "services/common/telemetry/admin_server.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"

namespace schutznetz::rpc {

// The flags that all servers share. Defaults of the ports are set by the program before Define.
struct ProcessOptions {
  ServerOptions server;
  std::string admin_address = "127.0.0.1";
  int admin_port = 0;
  config::Secret context_keys;  // empty: only public methods can be called
  config::Secret seal_keys;     // empty: random, tokens and positions die with the process
  std::string log_level = "info";

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
};

// Owns the parts. Construct it first in main, before any other thread starts: it blocks the stop signals.
class Process {
 public:
  // `options` must outlive it; they were validated by the flags. Ends the program with a message (exit code 2) when a
  // secret has not its form.
  Process(std::string program, const ProcessOptions& options);
  ~Process();

  // Keeps the newest rights version known, without which nobody but the public is answered: asks the exchange server at
  // `exchange_address` (empty: nobody is asked). Ends the program with a message (exit code 2) when there is no key for
  // that. Once.
  void WatchRights(const std::string& exchange_address);
  // The same where the answer is in this process.
  void WatchRights(access::AskRightsVersion ask, access::RightsWatchOptions options);

  // After WatchRights: asks at once when `cache` says that the rights rose. To be given up before `cache` and this.
  [[nodiscard]] cache::Subscription HearOfRights(cache::Cache& cache);

  // The view that reads with a position wait for. Before the first use of server().
  void UseWaiter(PositionWaiter* waiter) { waiter_ = waiter; }
  // Made at the first call.
  Server& server();

  const Clock& clock() const { return clock_; }
  telemetry::LogWriter& log() { return log_; }
  telemetry::Metrics& metrics() { return metrics_; }
  const Sealer& sealer() const { return sealer_; }
  const PageTokens& page_tokens() const { return page_tokens_; }

  // Starts the admin port, so that probes see the program while it still reads its store. Optional: Run does it
  // otherwise. `not_ready_reason` is empty once the store was read; it is asked from the admin thread and at the start
  // of Run.
  absl::Status StartAdmin(const std::string& config_dump, std::function<std::string()> not_ready_reason);
  // Servers start in any order: calls `start` until it returns something other than UNAVAILABLE, once a second; what
  // stands in the way goes to standard error. The exit code when the program must end: 1 for an error, 0 for a stop
  // signal meanwhile.
  std::optional<int> StartWhenPossible(const std::function<absl::Status()>& start) const;
  // Starts the server, serves until SIGTERM or SIGINT, drains. The exit code: 0, or 1 with the reason on standard
  // error.
  int Run(const std::string& config_dump, std::function<std::string()> not_ready_reason);

 private:
  const std::string program_;
  const ProcessOptions& options_;
  const SystemClock clock_;
  telemetry::LogWriter log_;
  telemetry::Metrics metrics_;
  const std::string name_;  // among programs: "directory"
  const access::ContextKeys context_keys_;
  access::Authenticator authenticator_;
  const Sealer sealer_;
  const PageTokens page_tokens_;
  PositionWaiter* waiter_ = nullptr;
  std::unique_ptr<Server> server_;
  telemetry::AdminServer admin_;
  std::unique_ptr<const RightsClient> rights_client_;
  std::unique_ptr<access::RightsWatch> rights_watch_;
};

}  // namespace schutznetz::rpc
