// schutznetz-exchange: the people and systems that the rules speak of.
#include <iostream>
#include <memory>

#include "services/common/config/flags.h"
#include "services/common/rpc/process.h"
#include "services/exchange/exchange_server.h"
#include "services/exchange/options.h"

using namespace schutznetz;

int main(int argc, char** argv) {
  exchange::Options options;
  config::Flags flags("schutznetz-exchange",
                      "The exchange server: members, memberships, grants, partner systems and their keys.");
  options.Define(flags);
  if (const std::optional<int> exit_code = flags.Parse(argc, argv, std::cout, std::cerr)) return *exit_code;

  rpc::Process process("schutznetz-exchange", options.process);
  absl::StatusOr<exchange::ExchangeSettings> settings = options.Settings(process.clock());
  if (!settings.ok()) {
    std::cerr << "schutznetz-exchange: " << settings.status().message() << "\n";
    return 2;
  }
  const std::unique_ptr<cache::Cache> cache = options.redis.Open(process.clock(), process.metrics());
  settings->cache = cache.get();
  exchange::ExchangeServer server(process.clock(), process.log(), process.metrics(), process.page_tokens(),
                                  *std::move(settings));
  process.UseWaiter(&server);
  const auto not_ready_reason = [&server] { return server.NotReadyReason(); };
  if (const absl::Status status = process.StartAdmin(flags.Dump(), not_ready_reason); !status.ok()) {
    std::cerr << "schutznetz-exchange: " << status.message() << "\n";
    return 1;
  }
  const auto start = [&] { return server.Start(options.database.Options(), options.audit_key.Reveal()); };
  if (const std::optional<int> exit_code = process.StartWhenPossible(start)) return *exit_code;
  process.WatchRights([&server](absl::Duration) { return server.RightsVersion(); },
                      {.period = absl::Milliseconds(200)});
  process.server().Add(server.registry());
  process.server().Add(server.access_registry());
  return process.Run(flags.Dump(), not_ready_reason);
}
