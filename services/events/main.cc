// schutznetz-events: where to learn.
#include <iostream>
#include <memory>

#include "services/common/config/flags.h"
#include "services/common/rpc/process.h"
#include "services/events/api/directory_client.h"
#include "services/events/api/directory_networks_client.h"
#include "services/events/events_server.h"
#include "services/events/options.h"

using namespace schutznetz;

int main(int argc, char** argv) {
  events::Options options;
  config::Flags flags("schutznetz-events", "The events server: events, registrations, publications, reports.");
  options.Define(flags);
  if (const std::optional<int> exit_code = flags.Parse(argc, argv, std::cout, std::cerr)) return *exit_code;

  rpc::Process process("schutznetz-events", options.process);
  events::DirectoryClient directory(options.directory_address, options.process.server.tls);
  events::DirectoryNetworksClient networks(options.directory_address, options.process.server.tls);
  absl::StatusOr<events::EventsSettings> settings = options.Settings();
  if (!settings.ok()) {
    std::cerr << "schutznetz-events: " << settings.status().message() << "\n";
    return 2;
  }
  events::EventsServer server(process.clock(), process.log(), process.metrics(), process.page_tokens(), directory,
                              networks, *std::move(settings));
  process.UseWaiter(&server);
  const auto not_ready_reason = [&server] { return server.NotReadyReason(); };
  if (const absl::Status status = process.StartAdmin(flags.Dump(), not_ready_reason); !status.ok()) {
    std::cerr << "schutznetz-events: " << status.message() << "\n";
    return 1;
  }
  const auto start = [&] { return server.Start(options.database.Options(), options.audit_key.Reveal()); };
  if (const std::optional<int> exit_code = process.StartWhenPossible(start)) return *exit_code;
  process.WatchRights(options.exchange_address);
  const std::unique_ptr<cache::Cache> cache = options.redis.Open(process.clock(), process.metrics());
  const cache::Subscription hints = process.HearOfRights(*cache);
  process.server().Add(server.registry());
  return process.Run(flags.Dump(), not_ready_reason);
}
