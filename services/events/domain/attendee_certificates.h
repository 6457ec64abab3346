// Certificates of the people at events: who may have which.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "schutznetz/events/v1/certificate.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/certificates.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

// A certificate is for the person, by account or by the link of a mail, and for those who arrange the event. Immutable,
// thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class AttendeeCertificates {
 public:
  // Both must outlive it.
  AttendeeCertificates(const Registrations& registrations, const Certificates& certificates)
      : registrations_(registrations), certificates_(certificates) {}

  // As Certificates::Issue. NOT_FOUND: the caller may not know the registration.
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
  const Registrations& registrations_;
  const Certificates& certificates_;
};

}  // namespace schutznetz::events
