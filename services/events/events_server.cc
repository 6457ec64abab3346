#include "services/events/events_server.h"

#include <utility>

#include "schutznetz/events/v1/events_service.pb.h"
#include "services/common/audit/server_audit.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/rpc/audit_api.h"
#include "services/common/storage/server_database.h"
#include "services/events/api/calendar_api.h"
#include "services/events/api/event_api.h"

namespace schutznetz::events {
namespace {

constexpr char kService[] = "schutznetz.events.v1.EventsService";

// The file of the service has no message, so that nothing else would make the linker take its description along.
const char* LinkedService() {
  const char* file = descriptor_table_schutznetz_2fevents_2fv1_2fevents_5fservice_2eproto.filename;
  return file != nullptr ? kService : "";
}

std::unique_ptr<const wire::Tables> MakeTables() {
  auto tables = wire::Tables::Build({v1::Event::descriptor()});
  return *std::move(tables);  // the contract is linked in: it cannot be another at run time
}

}  // namespace

EventsServer::EventsServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
                           const rpc::PageTokens& page_tokens, DirectoryNames& directory)
    : clock_(clock),
      log_(log),
      log_warning_(storage::WarningsTo(log)),
      metrics_(metrics),
      page_tokens_(page_tokens),
      directory_(directory),
      tables_(MakeTables()),
      rules_(*tables_),
      methods_(rules_.all()),
      events_(methods_, rules_.event()),
      registry_(LinkedService()) {}

EventsServer::~EventsServer() = default;

absl::Status EventsServer::Start(storage::DatabaseOptions options, std::string_view audit_key) {
  options.log = log_warning_;
  // Kept, registered and measured only when nothing can fail any more: a start that fails is tried again.
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Database> database,
                   storage::Open(options, {&record::RecordMigrations(), &audit::AuditMigrations()}));
  ASSIGN_OR_RETURN(std::unique_ptr<audit::AuditLog> audit,
                   audit::OpenForServer("events", *database, audit_key, clock_, log_));
  EventsViewOptions view_options;
  view_options.log = options.log;
  ASSIGN_OR_RETURN(view_, EventsView::Start(*database, rules_, clock_, &metrics_, std::move(view_options)));
  database_ = std::move(database);
  audit_ = std::move(audit);
  writes_ = std::make_unique<rpc::Writes>(*database_, view_.get());
  housekeeping_ = std::make_unique<Housekeeping>(*database_, clock_, options.log);
  housekeeping_->Start();
  Register();
  storage::AddMetrics(*database_, metrics_);
  audit::AddMetrics(*audit_, clock_, metrics_);
  started_.store(view_.get(), std::memory_order_release);
  return absl::OkStatus();
}

void EventsServer::Register() {
  registry_.SetAudit(*audit_);
  rpc::RegisterAuditApi(registry_, *audit_, page_tokens_);
  RegisterEventReads(registry_, *view_, page_tokens_);
  RegisterCalendarApi(registry_, *view_);
  RegisterEventWrites(registry_, *writes_, events_, *view_, directory_);
}

std::string EventsServer::NotReadyReason() const {
  return started_.load(std::memory_order_acquire) != nullptr ? "" : "the store was not read yet";
}

void EventsServer::WhenReached(const storage::Position& position, absl::Time deadline,
                               absl::AnyInvocable<void(absl::Status)> then) {
  EventsView* view = started_.load(std::memory_order_acquire);
  if (view == nullptr) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
  view->WhenReached(position, deadline, std::move(then));
}

storage::Position EventsServer::position() const {
  const EventsView* view = started_.load(std::memory_order_acquire);
  return view == nullptr ? storage::Position() : view->position();
}

}  // namespace schutznetz::events
