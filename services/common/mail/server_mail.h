// Mail as a server program has it: flags, a sender, log lines and metrics.
//
//   mail_flags.Define(flags);                                                        // in Options::Define
//   outbox_ = std::make_unique<mail::Outbox>(sealer, mail_flags.sender());
//   ASSIGN_OR_RETURN(auto sender, mail_flags.OpenSender(*database, *outbox_, clock_, log));
//   if (sender) { mail::AddMetrics(*sender, clock_, metrics_); sender->Start(); }    // when nothing can fail any more
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/mail/mail_sender.h"
#include "services/common/mail/outbox.h"
#include "services/common/telemetry/metrics.h"

namespace schutznetz::mail {

struct MailFlags {
  std::string smtp_url;
  std::string smtp_user;
  config::Secret smtp_password;
  std::string smtp_ca_file;
  std::string drop_dir;
  std::string from = "schutznetz@localhost.invalid";
  std::string from_name = "Schutznetz";
  int per_minute = 600;

  // Describes every field as a flag; this object must outlive `flags`, and the sender.
  void Define(config::Flags& flags);
  Sender sender() const { return {from, from_name}; }
  // Null where neither a mail server nor a folder is named: mails wait, and are given up after three days.
  // INVALID_ARGUMENT: the folder cannot be used.
  absl::StatusOr<std::unique_ptr<MailSender>> OpenSender(storage::Database& database, const Outbox& outbox,
                                                         const Clock& clock, MailSender::Log log) const;
};

// schutznetz_mail_*. `sender` and `clock` must outlive `metrics`' last scrape.
void AddMetrics(const MailSender& sender, const Clock& clock, telemetry::Metrics& metrics);

}  // namespace schutznetz::mail
