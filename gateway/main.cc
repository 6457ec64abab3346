#include <csignal>
#include <iostream>

#include "gateway/gateway.h"
#include "services/common/config/flags.h"
#include "services/common/config/libraries.h"

namespace {

using namespace schutznetz;

// Before any thread starts, so that only the wait below receives them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int main(int argc, char** argv) {
  gateway::Options options;
  config::Flags flags("schutznetz-gateway", "The public front: REST and JSON in, gRPC to the servers.");
  options.Define(flags);
  if (const std::optional<int> exit_code = flags.Parse(argc, argv, std::cout, std::cerr)) return *exit_code;

  config::PrepareLibraries();
  const sigset_t signals = BlockStopSignals();
  std::signal(SIGPIPE, SIG_IGN);
  telemetry::LogWriter log({.service = "schutznetz-gateway"});
  telemetry::Metrics metrics;
  gateway::Gateway gateway(options, metrics, log);
  if (const absl::Status status = gateway.Start(flags.Dump()); !status.ok()) {
    std::cerr << status.message() << "\n";
    return 1;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  gateway.Drain();
  return 0;
}
