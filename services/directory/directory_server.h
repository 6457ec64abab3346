// The directory server without its process: store, view, rules and all methods, joined.
//
//   DirectoryServer server(process.clock(), process.log(), process.metrics(), process.page_tokens());
//   RETURN_IF_ERROR(server.Start(options.database.Options(), …));     // reads the store; ready afterwards
//   process.server().Add(server.registry());
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "services/common/audit/audit_log.h"
#include "services/common/record/standard_methods.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/open.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/directory/domain/directory_rules.h"
#include "services/directory/domain/import_runner.h"
#include "services/directory/domain/imports.h"
#include "services/directory/domain/protection_changes.h"
#include "services/directory/housekeeping.h"
#include "services/directory/store/sql_import_store.h"
#include "services/directory/view/directory_view.h"

namespace schutznetz::directory {

// Thread safe after Start. As a waiter it may be used before: positions are then not reached yet.
class DirectoryServer final : public rpc::PositionWaiter {
 public:
  // All must outlive it. What is registered in `metrics` must not be read after it is gone.
  DirectoryServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
                  const rpc::PageTokens& page_tokens);
  // No call may be running any more.
  ~DirectoryServer() override;

  // Opens the database, brings its schema up to date, builds the view and registers all methods. UNAVAILABLE: the
  // database is away, call it again. Other codes as storage::Open and DirectoryView::Start.
  // `audit_key` as audit::OpenForServer takes it.
  absl::Status Start(storage::DatabaseOptions options, std::string_view audit_key = {});

  // Empty once started.
  std::string NotReadyReason() const;
  rpc::Registry& registry() { return registry_; }

  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override;
  storage::Position position() const override;

 private:
  void Register();

  const Clock& clock_;
  telemetry::LogWriter& log_;
  const std::function<void(std::string_view event, std::string_view detail)> log_warning_;
  telemetry::Metrics& metrics_;
  const rpc::PageTokens& page_tokens_;

  // In the order in which they are made; destroyed in reverse.
  const std::unique_ptr<const wire::Tables> tables_;
  const DirectoryRules rules_;
  const record::StandardMethods methods_;
  const SqlImportStore import_store_;
  const Imports imports_;
  const ProtectionChanges protection_changes_;
  rpc::Registry registry_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<audit::AuditLog> audit_;
  std::unique_ptr<DirectoryView> view_;
  std::unique_ptr<rpc::Writes> writes_;
  std::unique_ptr<ImportApplier> applier_;
  std::unique_ptr<ImportRunner> runner_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::atomic<DirectoryView*> started_{nullptr};
};

}  // namespace schutznetz::directory
