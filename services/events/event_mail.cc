#include "services/events/event_mail.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"
#include "services/events/api/manage_page.h"

namespace schutznetz::events {
namespace {

constexpr absl::Duration kMailingsInterval = absl::Seconds(5);
constexpr absl::Duration kTidyInterval = absl::Hours(1);

}  // namespace

EventMail::EventMail(const rpc::Sealer& sealer, const mail::MailFlags* flags, const Site& site)
    : flags_(flags != nullptr ? *flags : none_),
      outbox_(sealer, flags_.sender()),
      letters_(outbox_, {.manage_url = absl::StrCat(site.public_url, kManagePath, "?token="),
                         .organizer_address = flags_.sender().address}) {}

absl::StatusOr<std::unique_ptr<MailOffice>> MailOffice::Open(const EventMail& mail, storage::Database& database,
                                                             const RegistrationParts& parts,
                                                             MailingWorker::Upcoming upcoming, const Clock& clock,
                                                             mail::MailSender::Log log) {
  auto office = std::unique_ptr<MailOffice>(new MailOffice(mail, database, parts, std::move(upcoming), clock));
  ASSIGN_OR_RETURN(office->sender_, mail.flags().OpenSender(database, mail.outbox(), clock, std::move(log)));
  return office;
}

void MailOffice::AddTasks(Housekeeping& housekeeping) const {
  housekeeping.Add("mailings", kMailingsInterval, [this](absl::Time now) { return worker_.RunOnce(now); });
  housekeeping.Add("mails", kTidyInterval, [this](absl::Time now) -> absl::Status {
    return database_
        .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
          RETURN_IF_ERROR(worker_.Tidy(tx, now));
          return mail_.outbox().Tidy(tx, now);
        })
        .status();
  });
}

void MailOffice::Start(telemetry::Metrics& metrics) {
  if (sender_ == nullptr) return;
  mail::AddMetrics(*sender_, clock_, metrics);
  sender_->Start();
}

}  // namespace schutznetz::events
