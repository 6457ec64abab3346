// Mails certificates, as PDF documents.
#pragma once

#include "services/events/domain/attendee_certificates.h"
#include "services/events/letters/mail_letters.h"

namespace schutznetz::events {

// Immutable, thread safe; `letters` must outlive it.
class CertificateMail final : public CertificateLetters {
 public:
  explicit CertificateMail(const MailLetters& letters) : letters_(letters) {}

  // Codes as document::RenderPdf and MailLetters::Write. One mail for each number.
  absl::Status Write(storage::Transaction& tx, const Registrations::Attendee& attendee,
                     const v1::Certificate& certificate, const document::Document& document) const override;

 private:
  const MailLetters& letters_;
};

}  // namespace schutznetz::events
