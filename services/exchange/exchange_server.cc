#include "services/exchange/exchange_server.h"

#include <utility>

#include "schutznetz/exchange/v1/access_service.pb.h"
#include "schutznetz/exchange/v1/exchange_service.pb.h"
#include "services/common/access/rights_watch.h"
#include "services/common/audit/server_audit.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/rpc/audit_api.h"
#include "services/common/storage/server_database.h"
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
      log_warning_(storage::WarningsTo(log)),
      metrics_(metrics),
      page_tokens_(page_tokens),
      settings_(std::move(settings)),
      tables_(MakeTables()),
      vault_(settings_.wrapping),
      records_(store_, vault_, *tables_),
      members_(records_, settings_.pepper),
      memberships_(records_),
      grants_(records_),
      partners_(records_, settings_.pepper),
      persons_(records_, members_, memberships_, grants_),
      registry_(LinkedService()),
      access_registry_(kAccessService) {}

ExchangeServer::~ExchangeServer() = default;

absl::Status ExchangeServer::Start(storage::DatabaseOptions options, std::string_view audit_key) {
  options.log = log_warning_;
  // Kept, registered and measured only when nothing can fail any more: a start that fails is tried again.
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Database> database,
                   storage::Open(options, {&record::RecordMigrations(), &ExchangeMigrations(),
                                           &personal::PersonalMigrations(), &audit::AuditMigrations()}));
  ASSIGN_OR_RETURN(std::unique_ptr<audit::AuditLog> audit,
                   audit::OpenForServer("exchange", *database, audit_key, clock_, log_));
  auto ledger = std::make_unique<personal::ErasureLedger>(
      *database,
      [this](storage::Transaction& tx, const personal::Erasure& erasure) { return persons_.Replay(tx, erasure); },
      settings_.erasure_ledger);
  RETURN_IF_ERROR(Prepare(*database, *ledger));
  RightsView::OnRights on_rights;
  if (settings_.cache != nullptr) {
    on_rights = [cache = settings_.cache](int64_t version) { cache->SendHint(access::kRightsTopic, version); };
  }
  ASSIGN_OR_RETURN(view_, RightsView::Start(*database, store_, settings_.pepper, clock_, log_warning_, on_rights));
  database_ = std::move(database);
  audit_ = std::move(audit);
  ledger_ = std::move(ledger);
  writes_ = std::make_unique<rpc::Writes>(*database_, view_.get());
  housekeeping_ = std::make_unique<Housekeeping>(*database_, *ledger_, clock_, options.log);
  housekeeping_->Start(kHousekeepingInterval);
  Register();
  storage::AddMetrics(*database_, metrics_);
  audit::AddMetrics(*audit_, clock_, metrics_);
  started_.store(view_.get(), std::memory_order_release);
  return absl::OkStatus();
}

absl::Status ExchangeServer::Prepare(storage::Database& database, personal::ErasureLedger& ledger) {
  ASSIGN_OR_RETURN(const int returned, ledger.Replay());
  if (returned > 0) log_warning_("erasures_replayed", std::to_string(returned));
  bool made = false;
  RETURN_IF_ERROR(database
                      .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                        ASSIGN_OR_RETURN(
                            made, MakeFirstOperators(tx, records_, members_, grants_, settings_.first_operators));
                        return absl::OkStatus();
                      })
                      .status());
  if (made) log_warning_("first_operators_made", std::to_string(settings_.first_operators.size()));
  return absl::OkStatus();
}

void ExchangeServer::NameActs() {
  for (const char* method : {"CreateGrant", "ApproveGrant"}) registry_.NameAct(method, audit::Act::kGrant);
  for (const char* method : {"RevokeGrant", "SuspendMember", "SuspendPartner", "EndMembership"}) {
    registry_.NameAct(method, audit::Act::kRevoke);
  }
  registry_.NameAct("EraseMember", audit::Act::kErase);
  registry_.NameAct("CreatePartnerKey", audit::Act::kKeyCreated);
  registry_.NameAct("RevokePartnerKey", audit::Act::kKeyRevoked);
}

void ExchangeServer::Register() {
  registry_.SetAudit(*audit_);
  NameActs();
  rpc::RegisterAuditApi(registry_, *audit_, page_tokens_);
  const ExchangeApiParts parts = {*database_,   *writes_, page_tokens_, clock_,   members_,
                                  memberships_, grants_,  partners_,    persons_, *housekeeping_};
  RegisterMemberApi(registry_, parts);
  RegisterMembershipApi(registry_, parts);
  RegisterGrantApi(registry_, parts);
  RegisterPartnerApi(registry_, parts);
  tokens_ = std::make_unique<TokenEndpoint>(
      *view_, settings_.issuer ? &*settings_.issuer : nullptr, clock_, metrics_,
      rate::RateSharing{.cache = settings_.cache, .secret = settings_.cache_secret, .group = "exchange"});
  RegisterTokenApi(registry_, *tokens_);
  RegisterAccessApi(access_registry_, *view_, settings_.issuer ? settings_.issuer->Jwks() : kNoKeys);
}

std::string ExchangeServer::NotReadyReason() const {
  return started_.load(std::memory_order_acquire) != nullptr ? "" : "the store was not read yet";
}

absl::StatusOr<int64_t> ExchangeServer::RightsVersion() const {
  const RightsView* view = started_.load(std::memory_order_acquire);
  if (view == nullptr) return errors::TemporarilyUnavailable(absl::Seconds(1));
  return view->RightsVersion();
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
