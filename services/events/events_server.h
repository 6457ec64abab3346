// The events server without its process: store, view, rules and all methods, joined.
//
//   EventsServer server(process.clock(), process.log(), process.metrics(), process.page_tokens(), directory, networks,
//   …); RETURN_IF_ERROR(server.Start(options.database.Options(), …));     // reads the store; ready afterwards
//   process.server().Add(server.registry());
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
#include "services/common/mail/server_mail.h"
#include "services/common/personal/erasure_finisher.h"
#include "services/common/personal/erasure_ledger.h"
#include "services/common/personal/personal_flags.h"
#include "services/common/personal/vault.h"
#include "services/common/record/standard_methods.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/open.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/events/catalogue/site.h"
#include "services/events/certificate_mail.h"
#include "services/events/domain/attendance.h"
#include "services/events/domain/attendee_certificates.h"
#include "services/events/domain/attendees.h"
#include "services/events/domain/calendar_feeds.h"
#include "services/events/domain/certificates.h"
#include "services/events/domain/directory_names.h"
#include "services/events/domain/event_imports.h"
#include "services/events/domain/events.h"
#include "services/events/domain/events_rules.h"
#include "services/events/domain/feedback.h"
#include "services/events/domain/measures.h"
#include "services/events/domain/plan_rules.h"
#include "services/events/domain/publication_files.h"
#include "services/events/domain/publication_imports.h"
#include "services/events/domain/registered_groups.h"
#include "services/events/domain/registrations.h"
#include "services/events/domain/reports.h"
#include "services/events/domain/seats_follow_events.h"
#include "services/events/domain/statistics.h"
#include "services/events/event_mail.h"
#include "services/events/housekeeping.h"
#include "services/events/store/sql_publication_file_store.h"
#include "services/events/store/sql_registration_store.h"
#include "services/events/view/events_view.h"
#include "services/events/view/publication_view.h"

namespace schutznetz::events {

// All that the server stores.
std::vector<const storage::MigrationSet*> EventsMigrations();

// Secrets, where erasures are written down, how the installation is known outside, and how mails leave it.
struct EventsSettings {
  // Without them the server takes no registrations: it could not keep what is personal closed.
  std::optional<personal::PersonalSecrets> secrets;
  std::string erasure_ledger;  // empty: no file
  Site site;
  const mail::MailFlags* mail = nullptr;  // must outlive the server; null: mails wait
};

// Thread safe after Start. As a waiter it may be used before: positions are then not reached yet.
class EventsServer final : public rpc::PositionWaiter {
 public:
  // All must outlive it. What is registered in `metrics` must not be read after it is gone.
  EventsServer(const Clock& clock, telemetry::LogWriter& log, telemetry::Metrics& metrics,
               const rpc::PageTokens& page_tokens, DirectoryNames& directory, DirectoryNetworks& networks,
               EventsSettings settings);
  // No call may be running any more.
  ~EventsServer() override;

  // Opens the database, brings its schema up to date, replays the erasure ledger, builds the view and registers all
  // methods. UNAVAILABLE: the database is away, call it again. Other codes as storage::Open and EventsView::Start.
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
  // What is due by the clock.
  void AddTasks();

  const Clock& clock_;
  telemetry::LogWriter& log_;
  const std::function<void(std::string_view event, std::string_view detail)> log_warning_;
  telemetry::Metrics& metrics_;
  const rpc::PageTokens& page_tokens_;
  DirectoryNames& directory_;
  DirectoryNetworks& networks_;
  const EventsSettings settings_;
  const personal::PersonalSecrets secrets_;  // without any, some that die with the process

  // In the order in which they are made; destroyed in reverse.
  const std::unique_ptr<const wire::Tables> tables_;
  const EventsRules rules_;
  const record::StandardMethods methods_;
  const SqlRegistrationStore registration_store_;
  const personal::Vault vault_;
  const EventMail mail_;
  const Certificates certificates_;  // observe registrations
  const Registrations registrations_;
  const Attendance attendance_;
  const Attendees attendees_;
  const CertificateMail certificate_mail_;
  const AttendeeCertificates attendee_certificates_;
  const CalendarFeeds calendar_feeds_;
  const SeatsFollowEvents seats_follow_events_;
  const Events events_;
  const EventImports event_imports_;
  const PlanRules plan_rules_;
  const record::StandardMethods plan_methods_;
  const Measures measures_;
  const RegisteredGroups groups_;
  const StatisticsOfEvents statistics_;
  const Reports reports_;
  const Feedback feedback_;
  const PublicationImports publication_imports_;
  const SqlPublicationFileStore publication_file_store_;
  const PublicationFiles publication_files_;
  rpc::Registry registry_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<audit::AuditLog> audit_;
  std::unique_ptr<PublicationView> publications_;
  std::unique_ptr<EventsView> view_;
  std::unique_ptr<rpc::Writes> writes_;
  std::unique_ptr<rpc::Writes> publication_writes_;
  std::unique_ptr<personal::ErasureLedger> ledger_;
  std::unique_ptr<personal::ErasureFinisher> erasures_;
  std::unique_ptr<MailOffice> mail_office_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::atomic<EventsView*> started_{nullptr};
};

}  // namespace schutznetz::events
