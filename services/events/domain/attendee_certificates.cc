#include "services/events/domain/attendee_certificates.h"

#include <optional>
#include <utility>
#include <vector>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/events/domain/registration_show.h"

namespace schutznetz::events {

absl::StatusOr<v1::Certificate> AttendeeCertificates::Issue(storage::Transaction& tx, const record::Author& author,
                                                            const v1::IssueCertificateRequest& request) const {
  ASSIGN_OR_RETURN(const Registrations::Attendee attendee,
                   registrations_.FindAttendee(tx, author.caller, request.registration(), request.manage_token()));
  const v1::Registration& registration = attendee.registration;
  ASSIGN_OR_RETURN(const std::optional<v1::Certificate> before, certificates_.Of(tx, registration.name()));
  ASSIGN_OR_RETURN(
      v1::Certificate issued,
      certificates_.Issue(tx, author,
                          {attendee.event, registration.name(), registration.display_name(),
                           registration.state() == v1::Registration::ATTENDED, registration.attended_percent()}));
  const bool is_new = !before || before->name() != issued.name();
  if (is_new) RETURN_IF_ERROR(WriteTo(tx, attendee, issued));
  return issued;
}

absl::Status AttendeeCertificates::WriteTo(storage::Transaction& tx, const Registrations::Attendee& attendee,
                                           const v1::Certificate& certificate) const {
  if (letters_ == nullptr) return absl::OkStatus();
  v1::RenderCertificateRequest request;
  request.set_name(certificate.name());
  request.set_holder(attendee.registration.display_name());
  ASSIGN_OR_RETURN(const document::Document document, certificates_.Render(tx, request, check_url_, tx.now()));
  return letters_->Write(tx, attendee, certificate, document);
}

absl::StatusOr<v1::ListCertificatesResponse> AttendeeCertificates::List(storage::ReadTransaction& tx,
                                                                        const access::Caller& caller,
                                                                        const v1::ListCertificatesRequest& request,
                                                                        int64_t after_number,
                                                                        int64_t* last_number) const {
  *last_number = 0;
  ASSIGN_OR_RETURN(const std::optional<StoredEvent> event, ReadEvent(tx, request.parent()));
  if (!event || !MayKnowEvent(caller, *event)) return errors::NotFound(request.parent());
  if (!Arranges(caller, event->event)) return errors::AccessDenied();
  ASSIGN_OR_RETURN(std::vector<RegistrationRow> page,
                   registrations_.parts().store.List(tx, EventIdIn(request.parent()), v1::Registration::ATTENDED,
                                                     after_number, request.page_size() + 1));
  if (page.size() > static_cast<size_t>(request.page_size())) {
    page.pop_back();
    *last_number = page.back().number;
  }
  v1::ListCertificatesResponse response;
  for (const RegistrationRow& row : page) {
    ASSIGN_OR_RETURN(std::optional<v1::Certificate> certificate, certificates_.Of(tx, RegistrationName(row)));
    if (!certificate) continue;
    v1::IssuedCertificate& issued = *response.add_certificates();
    issued.set_registration(RegistrationName(row));
    *issued.mutable_certificate() = *std::move(certificate);
  }
  return response;
}

absl::StatusOr<v1::ListMyCertificatesResponse> AttendeeCertificates::ListOwn(storage::ReadTransaction& tx,
                                                                             const access::Caller& caller) const {
  ASSIGN_OR_RETURN(const std::vector<v1::Registration> own, registrations_.ListOwn(tx, caller));
  v1::ListMyCertificatesResponse response;
  for (const v1::Registration& registration : own) {
    ASSIGN_OR_RETURN(std::optional<v1::Certificate> certificate, certificates_.Of(tx, registration.name()));
    if (!certificate) continue;
    v1::IssuedCertificate& issued = *response.add_certificates();
    issued.set_registration(registration.name());
    *issued.mutable_certificate() = *std::move(certificate);
  }
  return response;
}

}  // namespace schutznetz::events
