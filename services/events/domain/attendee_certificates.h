// Certificates of the people at events: who may have which.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "schutznetz/events/v1/certificate.pb.h"
#include "services/common/document/document.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/certificates.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

// Brings a new certificate to its person, in the write that issues it. Thread safe.
class CertificateLetters {
 public:
  virtual ~CertificateLetters() = default;
  virtual absl::Status Write(storage::Transaction& tx, const Registrations::Attendee& attendee,
                             const v1::Certificate& certificate, const document::Document& document) const = 0;
};

// A certificate is for the person, by account or by the link of a mail, and for those who arrange the event. Immutable,
// thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class AttendeeCertificates {
 public:
  // All must outlive it; `letters` may be null. `check_url` as Certificates::Render takes it.
  AttendeeCertificates(const Registrations& registrations, const Certificates& certificates, std::string check_url,
                       const CertificateLetters* letters = nullptr)
      : registrations_(registrations),
        certificates_(certificates),
        check_url_(std::move(check_url)),
        letters_(letters) {}

  // As Certificates::Issue; the person is written to about a new one. NOT_FOUND: the caller may not know the
  // registration.
  absl::StatusOr<v1::Certificate> Issue(storage::Transaction& tx, const record::Author& author,
                                        const v1::IssueCertificateRequest& request) const;

  // Those of an event, in the order in which people registered: `page_size` people who attended at once, after the
  // number `after_number`; `last_number` is where to go on, 0 at the end. NOT_FOUND: the caller may not know the event.
  // PERMISSION_DENIED: they do not arrange it.
  absl::StatusOr<v1::ListCertificatesResponse> List(storage::ReadTransaction& tx, const access::Caller& caller,
                                                    const v1::ListCertificatesRequest& request, int64_t after_number,
                                                    int64_t* last_number) const;
  // The caller's own, the latest registration first.
  absl::StatusOr<v1::ListMyCertificatesResponse> ListOwn(storage::ReadTransaction& tx,
                                                         const access::Caller& caller) const;

 private:
  absl::Status WriteTo(storage::Transaction& tx, const Registrations::Attendee& attendee,
                       const v1::Certificate& certificate) const;

  const Registrations& registrations_;
  const Certificates& certificates_;
  const std::string check_url_;
  const CertificateLetters* const letters_;
};

}  // namespace schutznetz::events
