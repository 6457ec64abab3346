#include "services/common/mail/server_mail.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/mail/mail_drop.h"
#include "services/common/mail/smtp_transport.h"
#include "services/common/rpc/formats.h"

namespace schutznetz::mail {

void MailFlags::Define(config::Flags& flags) {
  flags.Text("smtp_url", &smtp_url,
             "Mail server, \"smtp://host:587\" (STARTTLS) or \"smtps://host:465\"; a path names this side in EHLO. "
             "Absent, and without mail_drop_dir: no mail leaves.");
  flags.Text("smtp_user", &smtp_user, "User of the mail server. Absent: no sign-in.");
  flags.SecretFile("smtp_password_file", &smtp_password, "File with the password of smtp_user.");
  flags.Text("smtp_ca_file", &smtp_ca_file,
             "File with the authorities (PEM) that may vouch for the mail server. Absent: those of the system.");
  flags.Text("mail_drop_dir", &drop_dir, "Folder that mails are written to as files, instead of being sent.");
  flags.Text("mail_from", &from, "Address that mails come from and bounces go to.");
  flags.Text("mail_from_name", &from_name, "Name shown before mail_from.");
  flags.Number("mail_per_minute", &per_minute, 1, 100000, "Mails that this program hands over at most.");
  flags.Check([this] {
    if (smtp_url.empty()) return std::string();
    if (!drop_dir.empty()) return std::string("smtp_url: cannot be given together with mail_drop_dir");
    const std::string fault = SmtpUrlFault(smtp_url);
    return fault.empty() ? fault : "smtp_url: " + fault;
  });
  flags.Check([this] { return rpc::IsEmail(from) ? std::string() : "mail_from: must be an e-mail address"; });
}

absl::StatusOr<std::unique_ptr<MailSender>> MailFlags::OpenSender(storage::Database& database, const Outbox& outbox,
                                                                  const Clock& clock, MailSender::Log log) const {
  std::unique_ptr<Transport> transport;
  if (!smtp_url.empty()) {
    transport = std::make_unique<SmtpTransport>(
        SmtpOptions{.url = smtp_url, .user = smtp_user, .password = &smtp_password, .ca_file = smtp_ca_file});
  } else if (!drop_dir.empty()) {
    auto drop = std::make_unique<MailDrop>(drop_dir);
    RETURN_IF_ERROR(drop->Prepare());
    transport = std::move(drop);
  } else {
    return nullptr;
  }
  return std::make_unique<MailSender>(database, outbox, std::move(transport), clock, std::move(log),
                                      SenderOptions{.per_minute = per_minute});
}

void AddMetrics(const MailSender& sender, const Clock& clock, telemetry::Metrics& metrics) {
  const auto count = [&sender](int64_t SenderStatistics::*value) {
    return [&sender, value] { return static_cast<double>(sender.Statistics().*value); };
  };
  metrics.AddCounterFrom("schutznetz_mail_sent_total", "Mails handed over.", count(&SenderStatistics::sent));
  metrics.AddCounterFrom("schutznetz_mail_failed_total", "Attempts that failed and are repeated.",
                         count(&SenderStatistics::failed));
  metrics.AddCounterFrom("schutznetz_mail_given_up_total", "Mails that will never be sent.",
                         count(&SenderStatistics::given_up));
  metrics.AddGauge("schutznetz_mail_waiting", "Mails in the outbox.", count(&SenderStatistics::waiting));
  metrics.AddGauge("schutznetz_mail_oldest_seconds", "Age of the oldest mail in the outbox.", [&sender, &clock] {
    const absl::Time oldest = sender.Statistics().oldest;
    return std::max(0.0, absl::ToDoubleSeconds(clock.Now() - std::min(oldest, clock.Now())));
  });
}

}  // namespace schutznetz::mail
