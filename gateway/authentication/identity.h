// Everything by which the gateway knows its callers, built from its options and shared by its workers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/authentication/caller_contexts.h"
#include "gateway/authentication/caller_directory.h"
#include "gateway/authentication/exchange_link.h"
#include "gateway/authentication/token_verifier.h"
#include "services/common/access/rights_watch.h"
#include "services/common/cache/cache.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::gateway {

struct IdentityOptions {
  // The issuer of people's tokens; empty: only the installation's own.
  std::string issuer;
  std::string audience;
  bool typ_may_be_jwt = false;
  std::string jwks_file;  // of `issuer`: this
  std::string jwks_url;   // or this
  ChannelOptions exchange;
  // The servers' names in the order of the upstream targets; "exchange" is one of them.
  std::vector<std::string> servers;
  size_t exchange_server = 0;  // its place there
};

class Identity {
 public:
  // Starts the threads that fetch keys and poll the rights version. All references must outlive it, and `metrics` must
  // not be read after it is gone. INVALID_ARGUMENT, FAILED_PRECONDITION: the keys of `context_keys` are malformed,
  // or one to a server is missing.
  static absl::StatusOr<std::unique_ptr<Identity>> Create(const IdentityOptions& options, std::string_view context_keys,
                                                          const Clock& clock, telemetry::Metrics& metrics,
                                                          telemetry::LogWriter& log);

  // Asks for the rights version at once when a hint says that it rose. The cache must outlive this.
  void ListenTo(cache::Cache& cache);

  const TokenVerifier& verifier() const { return *verifier_; }
  CallerDirectory& directory() { return directory_; }
  const CallerContexts& contexts() const { return contexts_; }
  const access::ContextMinter& to_exchange() const { return contexts_.minter(exchange_server_); }

 private:
  Identity(CallerContexts contexts, size_t exchange_server, const Clock& clock);
  void Start(const IdentityOptions& options, telemetry::LogWriter& log);

  // In the order in which they depend on each other: the threads of the last ones end first.
  const Clock& clock_;
  const CallerContexts contexts_;
  const size_t exchange_server_;
  access::RightsVersion rights_;
  CallerDirectory directory_;
  std::unique_ptr<ExchangeLink> link_;
  std::unique_ptr<TokenVerifier> verifier_;
  std::unique_ptr<access::RightsWatch> watch_;
  cache::Subscription hints_;
};

}  // namespace schutznetz::gateway
