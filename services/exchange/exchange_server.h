// The exchange server without its process: store, view, rules and all methods, joined.
//
//   ExchangeServer server(process.clock(), process.log(), process.metrics(), process.page_tokens(), settings);
//   RETURN_IF_ERROR(server.Start(options.database.Options(), …));     // reads the store; ready afterwards
//   process.server().Add(server.registry());
//   process.server().Add(server.access_registry());
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/common/audit/audit_log.h"
#include "services/common/cache/cache.h"
#include "services/common/personal/erasure_ledger.h"
#include "services/common/personal/pepper.h"
#include "services/common/personal/vault.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/sealer.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/open.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/common/tokens/token_issuer.h"
#include "services/common/wire/table.h"
#include "services/exchange/api/token_endpoint.h"
#include "services/exchange/domain/bootstrap.h"
#include "services/exchange/domain/grants.h"
#include "services/exchange/domain/members.h"
#include "services/exchange/domain/memberships.h"
#include "services/exchange/domain/partners.h"
#include "services/exchange/domain/persons.h"
#include "services/exchange/domain/records.h"
#include "services/exchange/housekeeping.h"
#include "services/exchange/store/sql_exchange_store.h"
#include "services/exchange/view/rights_view.h"

namespace schutznetz::exchange {

// Secrets and what only the first start needs.
struct ExchangeSettings {
  Pepper pepper;
  rpc::Sealer wrapping;
  std::optional<tokens::TokenIssuer> issuer;  // of this installation's own tokens
  std::vector<FirstOperator> first_operators;
  std::string erasure_ledger;  // empty: no file
  // Where other programs hear that the rights version rose; must outlive the server. Null: they find out by asking.
  cache::Cache* cache = nullptr;
  // Under which the quotas of keys are shared with other exchange servers; empty: each keeps its own.
  std::string cache_secret;
};

// Thread safe after Start. As a waiter it may be used before: positions are then not reached yet.
class ExchangeServer final : public rpc::PositionWaiter {
 public:
  // All must outlive it. What is registered in `metrics` must not be read after it is gone.
  ExchangeServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
                 const rpc::PageTokens& page_tokens, ExchangeSettings settings);
  // No call may be running any more.
  ~ExchangeServer() override;

  // Opens the database, brings its schema up to date, replays the erasure ledger, makes the first operators, builds the
  // view and registers all methods. UNAVAILABLE: the database is away, call it again. Other codes as storage::Open.
  // `audit_key` as audit::OpenForServer takes it.
  absl::Status Start(storage::DatabaseOptions options, std::string_view audit_key = {});

  // Empty once started.
  std::string NotReadyReason() const;
  // Of all grants together; UNAVAILABLE until started, or when it could not be confirmed for 5 s.
  absl::StatusOr<int64_t> RightsVersion() const;
  rpc::Registry& registry() { return registry_; }
  rpc::Registry& access_registry() { return access_registry_; }

  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override;
  storage::Position position() const override;

 private:
  // What must be done before the view is built.
  absl::Status Prepare(storage::Database& database, personal::ErasureLedger& ledger);
  void Register();
  // What the audit log calls the methods.
  void NameActs();

  const Clock& clock_;
  telemetry::LogWriter& log_;
  const std::function<void(std::string_view event, std::string_view detail)> log_warning_;
  telemetry::Metrics& metrics_;
  const rpc::PageTokens& page_tokens_;
  const ExchangeSettings settings_;

  // In the order in which they are made; destroyed in reverse.
  const std::unique_ptr<const wire::Tables> tables_;
  const SqlExchangeStore store_;
  const Vault vault_;
  const Records records_;
  const Members members_;
  const Memberships memberships_;
  const Grants grants_;
  const Partners partners_;
  const Persons persons_;
  rpc::Registry registry_;
  rpc::Registry access_registry_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<audit::AuditLog> audit_;
  std::unique_ptr<RightsView> view_;
  std::unique_ptr<rpc::Writes> writes_;
  std::unique_ptr<TokenEndpoint> tokens_;
  std::unique_ptr<personal::ErasureLedger> ledger_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::atomic<RightsView*> started_{nullptr};
};

}  // namespace schutznetz::exchange
