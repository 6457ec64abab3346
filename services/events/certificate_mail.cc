#include "services/events/certificate_mail.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/document/pdf.h"
#include "services/common/errors/macros.h"

namespace schutznetz::events {

absl::Status CertificateMail::Write(storage::Transaction& tx, const Registrations::Attendee& attendee,
                                    const v1::Certificate& certificate, const document::Document& document) const {
  // A millisecond or two: no longer than the statements around it.
  ASSIGN_OR_RETURN(std::string pdf, document::RenderPdf(document));
  // Without a link: that of the registration has ended with the event, and shows nothing of this.
  return letters_.Write(tx, {.kind = LetterKind::kCertificate,
                             .event = attendee.event,
                             .registration = attendee.registration,
                             .key = absl::StrCat("certificate/", certificate.number()),
                             .attachments = {{absl::StrCat("Teilnahmebescheinigung-", certificate.number(), ".pdf"),
                                              document::kPdfType, std::move(pdf)}}});
}

}  // namespace schutznetz::events
