// The events server without its process: store, view, rules and all methods, joined.
//
//   EventsServer server(process.clock(), process.log(), process.metrics(), process.page_tokens(), directory);
//   RETURN_IF_ERROR(server.Start(options.database.Options(), …));     // reads the store; ready afterwards
//   process.server().Add(server.registry());
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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
#include "services/events/domain/directory_names.h"
#include "services/events/domain/events.h"
#include "services/events/domain/events_rules.h"
#include "services/events/housekeeping.h"
#include "services/events/view/events_view.h"

namespace schutznetz::events {

// Thread safe after Start. As a waiter it may be used before: positions are then not reached yet.
class EventsServer final : public rpc::PositionWaiter {
 public:
  // All must outlive it. What is registered in `metrics` must not be read after it is gone.
  EventsServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
               const rpc::PageTokens& page_tokens, DirectoryNames& directory);
  // No call may be running any more.
  ~EventsServer() override;

  // Opens the database, brings its schema up to date, builds the view and registers all methods. UNAVAILABLE: the
  // database is away, call it again. Other codes as storage::Open and EventsView::Start.
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
  DirectoryNames& directory_;

  // In the order in which they are made; destroyed in reverse.
  const std::unique_ptr<const wire::Tables> tables_;
  const EventsRules rules_;
  const record::StandardMethods methods_;
  const Events events_;
  rpc::Registry registry_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<audit::AuditLog> audit_;
  std::unique_ptr<EventsView> view_;
  std::unique_ptr<rpc::Writes> writes_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::atomic<EventsView*> started_{nullptr};
};

}  // namespace schutznetz::events
