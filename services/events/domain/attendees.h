// What people may ask for at any time, a copy and erasure (SAFETY P23), and what happens by itself 90 days after an
// event: who was there is forgotten, how many stays.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/personal/personal_store.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

// Thread safe; `registrations` must outlive it.
class Attendees {
 public:
  explicit Attendees(const Registrations& registrations)
      : registrations_(registrations), parts_(registrations.parts()) {}

  // Everything of the caller's account, or by the link of a mail everything under its address. NOT_FOUND: the link is
  // none. UNAUTHENTICATED: neither a link nor an account.
  absl::StatusOr<v1::RegistrationArchive> Export(storage::ReadTransaction& tx, const access::Caller& caller,
                                                 std::string_view token, absl::Time now) const;

  // Deletes it, with keys and sealed parts; places become free and ledger entries are written. For operators also by
  // address or account. At most kOwnRegistrationsMax at once: call again until nothing is erased. Afterwards
  // Database::ScrubDeleted takes what was deleted out of the files. Codes as Export; PERMISSION_DENIED: no operator.
  absl::StatusOr<v1::EraseRegistrationsResponse> Erase(storage::Transaction& tx, const Author& author,
                                                       const v1::EraseRegistrationsRequest& request) const;

  // What an entry of the ledger says, in a database that a backup has brought back. True when it was there.
  absl::StatusOr<bool> Replay(storage::Transaction& tx, const personal::Erasure& erasure) const;

  // Forgets the people of an event that ended kAttendeesKept ago, kForgottenPerWrite at a time: call it again until it
  // is done. The proof counts them and says what a look after each deletion found.
  struct Forgotten {
    int count = 0;
    bool done = false;
  };
  absl::StatusOr<Forgotten> Forget(storage::Transaction& tx, const Author& author, std::string_view event_id) const;

  // How many people of each kind an event has, those who were erased or forgotten included: for statistics.
  absl::StatusOr<std::vector<v1::AttendanceCount>> Counts(storage::ReadTransaction& tx,
                                                          std::string_view event_id) const;

  // For those who arrange the event. NOT_FOUND: they may not know it, or nothing was erased yet.
  absl::StatusOr<v1::DeletionProof> Proof(storage::ReadTransaction& tx, const access::Caller& caller,
                                          std::string_view event_name) const;

 private:
  struct Person {
    std::string account;
    std::string mail;
  };
  absl::StatusOr<Person> PersonOf(storage::ReadTransaction& tx, const access::Caller& caller, std::string_view token,
                                  absl::Time now) const;
  absl::Status EraseOne(storage::Transaction& tx, SeatBook& book, const Entry& entry, v1::DeletionProof* proof) const;
  absl::StatusOr<v1::DeletionProof> ProofOf(storage::ReadTransaction& tx, std::string_view event_id) const;

  const Registrations& registrations_;
  const RegistrationParts& parts_;
};

// SAFETY section 5, retention.
inline constexpr absl::Duration kAttendeesKept = absl::Hours(24 * 90);
inline constexpr int kForgottenPerWrite = 100;

}  // namespace schutznetz::events
