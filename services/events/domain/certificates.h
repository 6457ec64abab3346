// Certificates: issued after attendance, checked by code, taken back, forgotten.
//
//   const Certificates certificates(pepper);
//   ASSIGN_OR_RETURN(v1::Certificate issued, certificates.Issue(tx, author, {event, name, holder, state, percent}));
//
// What is stored names nobody (certificate.proto). Change rows of the kind "certificate" carry the stored id, which is
// a digest and opens nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/certificate.pb.h"
#include "schutznetz/events/v1/event.pb.h"
#include "services/common/document/document.h"
#include "services/common/personal/pepper.h"
#include "services/common/record/record.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/registration_observer.h"

namespace schutznetz::events {

inline constexpr char kCertificateKind[] = "certificate";
inline constexpr int kCertificateYears = 5;  // how long a certificate can be checked

// What a certificate is issued on. Whoever asks may do so for this registration: that was checked before.
struct CertificateBasis {
  const v1::Event& event;
  std::string_view registration;  // "events/…/registrations/…"
  std::string_view holder;        // the person's name
  bool attended = false;          // its state is ATTENDED
  int attended_percent = 0;
};

// Immutable, thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class Certificates final : public RegistrationObserver {
 public:
  // `pepper` must outlive it.
  explicit Certificates(const personal::Pepper& pepper) : pepper_(pepper) {}

  // The certificate that there is already, or a new one; under another name the old one is taken back (REPLACED).
  //   FAILED_PRECONDITION (WRONG_STATE): the event gives none, was called off or is not over, or attendance is not
  //   proven or below the event's threshold; or the certificate was taken back, and the caller does not arrange the
  //   event.
  absl::StatusOr<v1::Certificate> Issue(storage::Transaction& tx, const record::Author& author,
                                        const CertificateBasis& basis) const;

  // NOT_FOUND: there is none with this code, or not any more.
  absl::StatusOr<v1::Certificate> Get(storage::ReadTransaction& tx, std::string_view name, absl::Time now) const;
  absl::StatusOr<v1::CheckCertificateHolderResponse> CheckHolder(storage::ReadTransaction& tx,
                                                                 const v1::CheckCertificateHolderRequest& request,
                                                                 absl::Time now) const;
  // The document. NOT_FOUND also under another name: a wrong name is told as much as a wrong code.
  // FAILED_PRECONDITION (WRONG_STATE): it was taken back. `check_url`: where codes are checked, the code is appended;
  // empty: there is no QR code.
  absl::StatusOr<document::Document> Render(storage::ReadTransaction& tx, const v1::RenderCertificateRequest& request,
                                            std::string_view check_url, absl::Time now) const;

  // PERMISSION_DENIED: the caller does not arrange the event. Taking back twice changes nothing.
  absl::StatusOr<v1::Certificate> Revoke(storage::Transaction& tx, const record::Author& author,
                                         const v1::RevokeCertificateRequest& request) const;

  // The latest certificate of a registration, with its code; nothing when none was issued. Who may know it was checked
  // before.
  absl::StatusOr<std::optional<v1::Certificate>> Of(storage::ReadTransaction& tx, std::string_view registration) const;

  // Takes a certificate back whose attendance does not hold any more (ATTENDANCE_CORRECTED).
  absl::Status OnChanged(storage::Transaction& tx, const record::Author& author, const v1::Event& event,
                         const v1::Registration& registration) const override;
  // Takes the registration out of its certificates.
  absl::Status OnErased(storage::Transaction& tx, std::string_view registration) const override;

  // Empties certificates whose time is over, looking at up to `count_max` after `*after_id`, which it moves on; empty
  // when it has seen all. Answers how many it emptied.
  absl::StatusOr<int> EmptyExpired(storage::Transaction& tx, int count_max, std::string* after_id) const;

 private:
  struct Kept {
    record::Record row;
    v1::StoredCertificate stored;
  };

  absl::StatusOr<Kept> Find(storage::ReadTransaction& tx, std::string_view name, absl::Time now) const;
  absl::StatusOr<Kept> Latest(storage::ReadTransaction& tx, std::string_view registration) const;
  absl::StatusOr<v1::Certificate> Add(storage::Transaction& tx, const record::Author& author,
                                      const CertificateBasis& basis, int issue) const;
  absl::Status TakeBack(storage::Transaction& tx, const record::Author& author, Kept* kept,
                        v1::Certificate::Revocation why) const;
  absl::Status Save(storage::Transaction& tx, std::string_view trace_id, Kept* kept) const;

  const personal::Pepper& pepper_;
};

}  // namespace schutznetz::events
