#include "services/events/events_server.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schutznetz/events/v1/events_service.pb.h"
#include "schutznetz/events/v1/measure.pb.h"
#include "schutznetz/events/v1/report.pb.h"
#include "services/common/audit/server_audit.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"
#include "services/common/record/record_store.h"
#include "services/common/rpc/audit_api.h"
#include "services/common/storage/server_database.h"
#include "services/events/api/calendar_api.h"
#include "services/events/api/certificate_api.h"
#include "services/events/api/event_api.h"
#include "services/events/api/feedback_api.h"
#include "services/events/api/plan_api.h"
#include "services/events/api/publication_api.h"
#include "services/events/api/registration_api.h"
#include "services/events/registration_upkeep.h"
#include "services/events/view/upcoming.h"

namespace schutznetz::events {
namespace {

constexpr char kService[] = "schutznetz.events.v1.EventsService";

// The file of the service has no message, so that nothing else would make the linker take its description along.
const char* LinkedService() {
  const char* file = descriptor_table_schutznetz_2fevents_2fv1_2fevents_5fservice_2eproto.filename;
  return file != nullptr ? kService : "";
}

std::unique_ptr<const wire::Tables> MakeTables() {
  auto tables = wire::Tables::Build({v1::Event::descriptor(), v1::Measure::descriptor(), v1::Report::descriptor(),
                                     v1::Publication::descriptor(), v1::PublicationFile::descriptor()});
  return *std::move(tables);  // the contract is linked in: it cannot be another at run time
}

// For a server without secrets, which keeps nothing that would need them.
personal::PersonalSecrets PassingSecrets() {
  return {*personal::Pepper::FromText(record::NewRandomId() + record::NewRandomId()), rpc::Sealer::WithRandomKey()};
}

constexpr absl::Duration kExpiredCertificatesInterval = absl::Minutes(10);
constexpr int kExpiredCertificatesMax = 1000;  // looked at at once
constexpr absl::Duration kUnfinishedFilesInterval = absl::Hours(1);
constexpr int kUnfinishedFilesMax = 100;  // at once
constexpr int kSeatsPerRead = 1000;

// What the view shows of places.
EventsViewOptions SeatsFrom(const RegistrationStore& store) {
  EventsViewOptions options;
  options.all_seats = [&store](storage::Database& database, EventsViewOptions::SeatTaker take) -> absl::Status {
    std::string after;
    for (;;) {
      std::vector<SeatRow> rows;
      RETURN_IF_ERROR(database.Read([&](storage::ReadTransaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(rows, store.SeatsAfter(tx, after, kSeatsPerRead));
        return absl::OkStatus();
      }));
      for (const SeatRow& row : rows) {
        ASSIGN_OR_RETURN(const SeatCounts counts, SeatCounts::Parse(row.counts));
        take(row.event, {counts.taken(), row.waiting});
      }
      if (rows.size() < kSeatsPerRead) return absl::OkStatus();
      after = rows.back().event;
    }
  };
  options.seats_of = [&store](storage::ReadTransaction& tx, std::string_view event_id) -> absl::StatusOr<SeatNumbers> {
    ASSIGN_OR_RETURN(const std::optional<SeatRow> row, store.Seats(tx, event_id));
    if (!row) return SeatNumbers();
    ASSIGN_OR_RETURN(const SeatCounts counts, SeatCounts::Parse(row->counts));
    return SeatNumbers{counts.taken(), row->waiting};
  };
  return options;
}

}  // namespace

std::vector<const storage::MigrationSet*> EventsMigrations() {
  return {&record::RecordMigrations(), &audit::AuditMigrations(), &personal::PersonalMigrations(),
          &RegistrationMigrations(),   &PublicationMigrations(),  &mail::OutboxMigrations(),
          &MailingMigrations()};
}

EventsServer::EventsServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
                           const rpc::PageTokens& page_tokens, DirectoryNames& directory, DirectoryNetworks& networks,
                           EventsSettings settings)
    : clock_(clock),
      log_(log),
      log_warning_(storage::WarningsTo(log)),
      metrics_(metrics),
      page_tokens_(page_tokens),
      directory_(directory),
      networks_(networks),
      settings_(std::move(settings)),
      secrets_(settings_.secrets ? *settings_.secrets : PassingSecrets()),
      tables_(MakeTables()),
      rules_(*tables_),
      methods_(rules_.all()),
      vault_(secrets_.wrapping),
      mail_(secrets_.wrapping, settings_.mail, settings_.site),
      certificates_(secrets_.pepper),
      registrations_({.store = registration_store_,
                      .vault = vault_,
                      .pepper = secrets_.pepper,
                      .letters = &mail_.letters(),
                      .observer = &certificates_,
                      .takes_people = settings_.secrets.has_value()}),
      attendance_(registrations_.parts()),
      attendees_(registrations_),
      certificate_mail_(mail_.letters()),
      attendee_certificates_(registrations_, certificates_, settings_.site.UrlOf("certificates/"), &certificate_mail_),
      calendar_feeds_(registrations_.parts(), settings_.site.public_url),
      seats_follow_events_(registrations_),
      events_(methods_, rules_.event(), {&seats_follow_events_, &mail_.mailings()}),
      event_imports_(events_, secrets_.pepper),
      plan_rules_(*tables_),
      plan_methods_(plan_rules_.all()),
      measures_(plan_methods_, plan_rules_.all(), plan_rules_.measure()),
      groups_(attendees_),
      statistics_(rules_.all(), rules_.event(), groups_),
      reports_(plan_methods_, plan_rules_.all(), plan_rules_.report(), measures_, statistics_),
      feedback_(secrets_.pepper),
      publication_imports_(methods_, rules_.publication()),
      publication_files_(methods_, rules_.publication_file(), publication_file_store_),
      registry_(LinkedService()) {}

EventsServer::~EventsServer() = default;

absl::Status EventsServer::Start(storage::DatabaseOptions options, std::string_view audit_key) {
  options.log = log_warning_;
  // Kept, registered and measured only when nothing can fail any more: a start that fails is tried again.
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Database> database, storage::Open(options, EventsMigrations()));
  ASSIGN_OR_RETURN(std::unique_ptr<audit::AuditLog> audit,
                   audit::OpenForServer("events", *database, audit_key, clock_, log_));
  auto ledger = std::make_unique<personal::ErasureLedger>(
      *database,
      [this](storage::Transaction& tx, const personal::Erasure& erasure) { return attendees_.Replay(tx, erasure); },
      settings_.erasure_ledger);
  ASSIGN_OR_RETURN(const int returned, ledger->Replay());
  if (returned > 0) log_warning_("erasures_replayed", std::to_string(returned));
  ASSIGN_OR_RETURN(std::unique_ptr<PublicationView> publications,
                   PublicationView::Start(*database, rules_.publication(), clock_, {.log = options.log}));
  EventsViewOptions view_options = SeatsFrom(registration_store_);
  view_options.log = options.log;
  const auto upcoming = [this](absl::Time from, absl::Time to) {
    return EventsBeginning(*view_->Read().version, from, to);
  };
  ASSIGN_OR_RETURN(std::unique_ptr<MailOffice> mail_office,
                   MailOffice::Open(mail_, *database, registrations_.parts(), upcoming, clock_, options.log));
  ASSIGN_OR_RETURN(view_, EventsView::Start(*database, rules_, clock_, &metrics_, std::move(view_options)));
  database_ = std::move(database);
  audit_ = std::move(audit);
  publications_ = std::move(publications);
  writes_ = std::make_unique<rpc::Writes>(*database_, view_.get());
  publication_writes_ = std::make_unique<rpc::Writes>(*database_, publications_.get());
  ledger_ = std::move(ledger);
  erasures_ = std::make_unique<personal::ErasureFinisher>(*database_, *ledger_);
  mail_office_ = std::move(mail_office);
  housekeeping_ = std::make_unique<Housekeeping>(*database_, clock_, options.log);
  AddTasks();
  housekeeping_->Start();
  Register();
  publications_->AddMetrics(metrics_);
  storage::AddMetrics(*database_, metrics_);
  audit::AddMetrics(*audit_, clock_, metrics_);
  mail_office_->Start(metrics_);
  started_.store(view_.get(), std::memory_order_release);
  return absl::OkStatus();
}

void EventsServer::AddTasks() {
  mail_office_->AddTasks(*housekeeping_);
  const RegistrationUpkeep upkeep(*database_, registrations_, attendees_);
  housekeeping_->Add("erasures", absl::Seconds(1), [this](absl::Time) { return erasures_->Finish(); });
  housekeeping_->Add("seats", absl::Seconds(5), [upkeep](absl::Time now) { return upkeep.ServeSeats(now); });
  housekeeping_->Add("retention", absl::Minutes(10), [this, upkeep](absl::Time now) -> absl::Status {
    ASSIGN_OR_RETURN(const int forgotten, upkeep.ForgetAttendees(now));
    if (forgotten > 0) erasures_->ScrubSoon();
    return absl::OkStatus();
  });
  housekeeping_->Add("certificates", kExpiredCertificatesInterval,
                     [this, after = std::string()](absl::Time) mutable -> absl::Status {
                       return database_
                           ->WriteAndWait([&](storage::Transaction& tx) {
                             return certificates_.EmptyExpired(tx, kExpiredCertificatesMax, &after).status();
                           })
                           .status();
                     });
  housekeeping_->Add("publication_files", kUnfinishedFilesInterval, [this](absl::Time now) -> absl::Status {
    return database_
        ->WriteAndWait([&](storage::Transaction& tx) {
          return publication_files_.ForgetUnfinished(tx, now, kUnfinishedFilesMax).status();
        })
        .status();
  });
}

void EventsServer::Register() {
  registry_.SetAudit(*audit_);
  rpc::RegisterAuditApi(registry_, *audit_, page_tokens_);
  RegisterEventReads(registry_, *view_, page_tokens_);
  RegisterCalendarApi(registry_, *view_);
  RegisterEventWrites(registry_, *writes_, events_, event_imports_, *view_, directory_);
  registry_.NameAct("EraseRegistrations", audit::Act::kErase);
  const RegistrationApiParts parts = {*database_,     *writes_,    page_tokens_, clock_,
                                      registrations_, attendance_, attendees_,   [this] { erasures_->Expect(); }};
  RegisterRegistrationReads(registry_, parts);
  RegisterRegistrationWrites(registry_, parts);
  RegisterCalendarFeeds(registry_, parts, calendar_feeds_);
  RegisterManagePage(registry_, parts);
  RegisterCertificateApi(registry_, {*database_, *writes_, page_tokens_, clock_, certificates_, attendee_certificates_,
                                     settings_.site.UrlOf("certificates/")});
  RegisterFeedbackApi(registry_, {*database_, *writes_, registrations_, feedback_});
  const PlanApiParts plan = {*database_, *writes_, page_tokens_, clock_, measures_, statistics_, reports_, networks_};
  RegisterMeasureApi(registry_, plan);
  RegisterStatisticsApi(registry_, plan);
  RegisterReportApi(registry_, plan);
  RegisterPublicationReads(registry_, *publications_, page_tokens_);
  RegisterPublicationFormats(registry_, *publications_, page_tokens_, settings_.site);
  RegisterPublicationWrites(registry_, *publication_writes_, methods_, rules_.publication(), publication_imports_);
  RegisterPublicationFiles(registry_, *publication_writes_, *database_, publication_files_);
}

std::string EventsServer::NotReadyReason() const {
  return started_.load(std::memory_order_acquire) != nullptr ? "" : "the store was not read yet";
}

void EventsServer::WhenReached(const storage::Position& position, absl::Time deadline,
                               absl::AnyInvocable<void(absl::Status)> then) {
  EventsView* view = started_.load(std::memory_order_acquire);
  if (view == nullptr) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
  // Both views read the one log, each at its own pace.
  view->WhenReached(position, deadline,
                    [this, position, deadline, then = std::move(then)](absl::Status status) mutable {
                      if (!status.ok()) return then(std::move(status));
                      publications_->WhenReached(position, deadline, std::move(then));
                    });
}

storage::Position EventsServer::position() const {
  const EventsView* view = started_.load(std::memory_order_acquire);
  return view == nullptr ? storage::Position() : view->position();
}

}  // namespace schutznetz::events
