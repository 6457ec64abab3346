// Mail of the events server, joined: what is written to people, and what hands it over.
//
//   const EventMail mail(secrets.wrapping, settings.mail, settings.site);        // before the rules that write letters
//   ASSIGN_OR_RETURN(auto office, MailOffice::Open(mail, …));                    // once there is a database
//   office->AddTasks(housekeeping);
//   office->Start(metrics);
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/mail/mail_sender.h"
#include "services/common/mail/outbox.h"
#include "services/common/mail/server_mail.h"
#include "services/common/rpc/sealer.h"
#include "services/common/storage/database.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/events/catalogue/site.h"
#include "services/events/housekeeping.h"
#include "services/events/letters/mail_letters.h"
#include "services/events/letters/mailings.h"

namespace schutznetz::events {

// The part that needs no database. Immutable, thread safe.
class EventMail {
 public:
  // `sealer` keeps closed what waits. `flags` may be null: then mails wait, and nobody sends them; otherwise it must
  // outlive everything that is opened here.
  EventMail(const rpc::Sealer& sealer, const mail::MailFlags* flags, const Site& site);

  const mail::MailFlags& flags() const { return flags_; }
  const mail::Outbox& outbox() const { return outbox_; }
  const MailLetters& letters() const { return letters_; }
  const EventMailings& mailings() const { return mailings_; }

 private:
  const mail::MailFlags none_;
  const mail::MailFlags& flags_;
  const mail::Outbox outbox_;
  const MailLetters letters_;
  const EventMailings mailings_;
};

// The part that works by the clock.
class MailOffice {
 public:
  // All must outlive it; `log` as mail::MailSender has it. INVALID_ARGUMENT: the folder for mails cannot be used.
  static absl::StatusOr<std::unique_ptr<MailOffice>> Open(const EventMail& mail, storage::Database& database,
                                                          const RegistrationParts& parts,
                                                          MailingWorker::Upcoming upcoming, const Clock& clock,
                                                          mail::MailSender::Log log);

  // Letters to everybody at an event, reminders, and what is over. It must outlive `housekeeping`.
  void AddTasks(Housekeeping& housekeeping) const;
  // Begins to send. `metrics` must not be read after it is gone.
  void Start(telemetry::Metrics& metrics);

 private:
  MailOffice(const EventMail& mail, storage::Database& database, const RegistrationParts& parts,
             MailingWorker::Upcoming upcoming, const Clock& clock)
      : mail_(mail),
        database_(database),
        clock_(clock),
        worker_(database, parts, mail.letters(), std::move(upcoming)) {}

  const EventMail& mail_;
  storage::Database& database_;
  const Clock& clock_;
  const MailingWorker worker_;
  std::unique_ptr<mail::MailSender> sender_;  // null: nothing leaves
};

}  // namespace schutznetz::events
