#include "services/exchange/exchange_server.h"

#include <utility>

#include "schutznetz/exchange/v1/access_service.pb.h"
#include "schutznetz/exchange/v1/exchange_service.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/exchange/api/exchange_api.h"

namespace schutznetz::exchange {
namespace {

constexpr char kService[] = "schutznetz.exchange.v1.ExchangeService";
constexpr char kAccessService[] = "schutznetz.exchange.v1.AccessService";
constexpr char kNoKeys[] = R"({"keys":[]})";
constexpr absl::Duration kHousekeepingInterval = absl::Minutes(10);

// The file of the service has no message, so that nothing else would make the linker take its description along.
const char* LinkedService() {
  const char* file = descriptor_table_schutznetz_2fexchange_2fv1_2fexchange_5fservice_2eproto.filename;
  return file != nullptr ? kService : "";
}

std::unique_ptr<const wire::Tables> MakeTables() {
  auto tables = wire::Tables::Build({v1::Member::descriptor(), v1::Membership::descriptor(), v1::Grant::descriptor(),
                                     v1::Partner::descriptor(), v1::PartnerKey::descriptor()});
  return *std::move(tables);  // the contract is linked in: it cannot be another at run time
}

}  // namespace

ExchangeServer::ExchangeServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
                               const rpc::PageTokens& page_tokens, ExchangeSettings settings)
    : clock_(clock),
      log_(log),
      metrics_(metrics),
      page_tokens_(page_tokens),
      settings_(std::move(settings)),
      tables_(MakeTables()),
      vault_(store_, settings_.wrapping),
      records_(store_, vault_, *tables_),
      members_(records_, settings_.pepper),
      memberships_(records_),
      grants_(records_),
      partners_(records_, settings_.pepper),
      persons_(records_, members_, memberships_, grants_),
      registry_(LinkedService()),
      access_registry_(kAccessService) {}

ExchangeServer::~ExchangeServer() = default;

absl::Status ExchangeServer::Start(storage::DatabaseOptions options) {
  options.log = [this](std::string_view event, std::string_view detail) { Log(event, detail); };
  ASSIGN_OR_RETURN(database_, storage::Open(options, {&record::RecordMigrations(), &ExchangeMigrations()}));
  ledger_ = std::make_unique<ErasureLedger>(*database_, store_, persons_, settings_.erasure_ledger);
  if (absl::Status status = Prepare(); !status.ok()) {
    view_.reset();
    ledger_.reset();
    database_.reset();
    return status;
  }
  writes_ = std::make_unique<rpc::Writes>(*database_, view_.get());
  housekeeping_ = std::make_unique<Housekeeping>(*database_, *ledger_, clock_, options.log);
  housekeeping_->Start(kHousekeepingInterval);
  Register();
  AddMetrics();
  started_.store(view_.get(), std::memory_order_release);
  return absl::OkStatus();
}

absl::Status ExchangeServer::Prepare() {
  ASSIGN_OR_RETURN(const int returned, ledger_->Replay());
  if (returned > 0) Log("erasures_replayed", std::to_string(returned));
  bool made = false;
  RETURN_IF_ERROR(database_
                      ->WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                        ASSIGN_OR_RETURN(
                            made, MakeFirstOperators(tx, records_, members_, grants_, settings_.first_operators));
                        return absl::OkStatus();
                      })
                      .status());
  if (made) Log("first_operators_made", std::to_string(settings_.first_operators.size()));
  ASSIGN_OR_RETURN(view_,
                   RightsView::Start(*database_, store_, settings_.pepper, clock_,
                                     [this](std::string_view event, std::string_view detail) { Log(event, detail); }));
  return absl::OkStatus();
}

void ExchangeServer::Register() {
  const ExchangeApiParts parts = {*database_,   *writes_, page_tokens_, clock_,   members_,
                                  memberships_, grants_,  partners_,    persons_, *housekeeping_};
  RegisterMemberApi(registry_, parts);
  RegisterMembershipApi(registry_, parts);
  RegisterGrantApi(registry_, parts);
  RegisterPartnerApi(registry_, parts);
  RegisterAccessApi(access_registry_, *view_, settings_.issuer ? settings_.issuer->Jwks() : kNoKeys);
}

void ExchangeServer::AddMetrics() {
  const storage::Database* database = database_.get();
  const auto add = [&](const char* name, const char* help, int64_t storage::DatabaseStatistics::*value, bool rises) {
    auto read = [database, value] { return static_cast<double>(database->Statistics().*value); };
    if (rises) return metrics_.AddCounterFrom(name, help, read);
    metrics_.AddGauge(name, help, read);
  };
  using Statistics = storage::DatabaseStatistics;
  add("schutznetz_store_writes_waiting", "Writes accepted and not yet answered.", &Statistics::writes_waiting, false);
  add("schutznetz_store_reads_running", "Reads running.", &Statistics::reads_running, false);
  add("schutznetz_store_log_bytes", "Size of SQLite's write-ahead log.", &Statistics::log_bytes, false);
  add("schutznetz_store_writes_committed_total", "Writes committed.", &Statistics::writes_committed, true);
  add("schutznetz_store_writes_refused_total", "Writes refused.", &Statistics::writes_refused, true);
  add("schutznetz_store_commits_total", "Commits; many writes share one.", &Statistics::commits, true);
  add("schutznetz_store_reconnects_total", "Connections made after the first ones.", &Statistics::reconnects, true);
  metrics_.AddGauge("schutznetz_store_up", "1 while the last contact with the database succeeded.",
                    [database] { return database->Health().ok() ? 1.0 : 0.0; });
}

void ExchangeServer::Log(std::string_view event, std::string_view detail) const {
  telemetry::LogLine line;
  line.level = telemetry::Level::kWarning;
  line.event = telemetry::Literal::ForProcessLifetime(event);
  line.cause = std::string(detail);
  log_.Write(std::move(line));
}

std::string ExchangeServer::NotReadyReason() const {
  return started_.load(std::memory_order_acquire) != nullptr ? "" : "the store was not read yet";
}

void ExchangeServer::WhenReached(const storage::Position& position, absl::Time deadline,
                                 absl::AnyInvocable<void(absl::Status)> then) {
  RightsView* view = started_.load(std::memory_order_acquire);
  if (view == nullptr) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
  view->WhenReached(position, deadline, std::move(then));
}

storage::Position ExchangeServer::position() const {
  const RightsView* view = started_.load(std::memory_order_acquire);
  return view == nullptr ? storage::Position() : view->position();
}

}  // namespace schutznetz::exchange
