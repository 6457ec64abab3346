#include "services/directory/directory_server.h"

#include <utility>

#include "schutznetz/directory/v1/directory_service.pb.h"
#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/common/audit/server_audit.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/rpc/audit_api.h"
#include "services/common/storage/server_database.h"
#include "services/directory/api/import_api.h"
#include "services/directory/api/protection_api.h"
#include "services/directory/api/read_api.h"
#include "services/directory/api/write_api.h"

namespace schutznetz::directory {
namespace {

constexpr char kService[] = "schutznetz.directory.v1.DirectoryService";
constexpr absl::Duration kHousekeepingInterval = absl::Minutes(10);

// The file of the service has no message, so that nothing else would make the linker take its description along.
const char* LinkedService() {
  const char* file = descriptor_table_schutznetz_2fdirectory_2fv1_2fdirectory_5fservice_2eproto.filename;
  return file != nullptr ? kService : "";
}

std::unique_ptr<const wire::Tables> MakeTables() {
  auto tables = wire::Tables::Build({v1::Organization::descriptor(), v1::Location::descriptor(),
                                     v1::Service::descriptor(), v1::ServiceAtLocation::descriptor(),
                                     v1::Network::descriptor(), v1::ProtectionChange::descriptor()});
  return *std::move(tables);  // the contract is linked in: it cannot be another at run time
}

}  // namespace

DirectoryServer::DirectoryServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
                                 const rpc::PageTokens& page_tokens)
    : clock_(clock),
      log_(log),
      log_warning_(storage::WarningsTo(log)),
      metrics_(metrics),
      page_tokens_(page_tokens),
      tables_(MakeTables()),
      rules_(*tables_),
      methods_(rules_.all()),
      imports_(import_store_),
      protection_changes_(rules_, methods_, *tables_),
      registry_(LinkedService()) {}

DirectoryServer::~DirectoryServer() = default;

absl::Status DirectoryServer::Start(storage::DatabaseOptions options, std::string_view audit_key) {
  options.log = log_warning_;
  // Kept, registered and measured only when nothing can fail any more: a start that fails is tried again.
  ASSIGN_OR_RETURN(
      std::unique_ptr<storage::Database> database,
      storage::Open(options, {&record::RecordMigrations(), &DirectoryMigrations(), &audit::AuditMigrations()}));
  ASSIGN_OR_RETURN(std::unique_ptr<audit::AuditLog> audit,
                   audit::OpenForServer("directory", *database, audit_key, clock_, log_));
  DirectoryViewOptions view_options;
  view_options.log = options.log;
  ASSIGN_OR_RETURN(view_, DirectoryView::Start(*database, rules_.all(), clock_, &metrics_, std::move(view_options)));
  database_ = std::move(database);
  audit_ = std::move(audit);
  writes_ = std::make_unique<rpc::Writes>(*database_, view_.get());
  applier_ = std::make_unique<ImportApplier>(*database_, import_store_);
  runner_ = std::make_unique<ImportRunner>(*applier_, clock_, options.log);
  housekeeping_ = std::make_unique<Housekeeping>(*database_, imports_, protection_changes_, clock_, options.log);
  housekeeping_->Start(kHousekeepingInterval);
  Register();
  storage::AddMetrics(*database_, metrics_);
  audit::AddMetrics(*audit_, clock_, metrics_);
  started_.store(view_.get(), std::memory_order_release);
  return absl::OkStatus();
}

void DirectoryServer::Register() {
  registry_.SetAudit(*audit_);
  rpc::RegisterAuditApi(registry_, *audit_, page_tokens_);
  RegisterReadApi(registry_, *view_, page_tokens_);
  RegisterWriteApi(registry_, *writes_, methods_, rules_);
  RegisterProtectionApi(registry_, *writes_, {*database_, protection_changes_, page_tokens_, clock_});
  RegisterImportApi(registry_, *writes_, {*database_, imports_, *runner_, *view_, page_tokens_});
}

std::string DirectoryServer::NotReadyReason() const {
  return started_.load(std::memory_order_acquire) != nullptr ? "" : "the store was not read yet";
}

void DirectoryServer::WhenReached(const storage::Position& position, absl::Time deadline,
                                  absl::AnyInvocable<void(absl::Status)> then) {
  DirectoryView* view = started_.load(std::memory_order_acquire);
  if (view == nullptr) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
  view->WhenReached(position, deadline, std::move(then));
}

storage::Position DirectoryServer::position() const {
  const DirectoryView* view = started_.load(std::memory_order_acquire);
  return view == nullptr ? storage::Position() : view->position();
}

}  // namespace schutznetz::directory
