// Registrations: who gets a place, who waits, and what people do with theirs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/seat_book.h"

namespace schutznetz::events {

using record::Author;

// Thread safe; `parts` and what it refers to must outlive it. A registration, or an event, that the caller may not know
// answers as one that does not exist (NOT_FOUND). `token` is of the mailed link, empty without one; it opens one
// registration, until its event ends. FAILED_PRECONDITION (WRONG_STATE) names in `state` what is in the way:
//   FULL                                     neither a place nor one on the waiting list
//   NOT_OPEN, CLOSED, EXTERNAL, AUDIENCE     registration is not open (not yet, not any more, elsewhere, for others)
//   NETWORK_ONLY                             for members of the event's network
//   NO_SECRETS                               this installation cannot keep what is personal
//   DRAFT, CANCELLED, COMPLETED, …           the state of event or registration
class Registrations {
 public:
  explicit Registrations(const RegistrationParts& parts) : parts_(parts) {}

  // After every change of an event, in its write: makes or adjusts the row of its places, and offers what became free.
  // FAILED_PRECONDITION (WRONG_STATE, state PLACES_TAKEN): a limit is below the places that are taken.
  absl::Status Arrange(storage::Transaction& tx, const Author& author, std::string_view event_name) const;

  // Registers the caller; without an account whoever reads the mail to the address, as PENDING: the answer is then the
  // same whether or not the address is registered already, and holds name, state and reason only.
  // INVALID_ARGUMENT (INVALID_FIELD): sessions or way of attending that the event does not have, or no Land where
  // quotas need one. ALREADY_EXISTS (RESOURCE_EXISTS): the caller is registered.
  absl::StatusOr<v1::Registration> Create(storage::Transaction& tx, const Author& author, std::string_view event_name,
                                          const v1::Registration& registration) const;
  // By those who arrange the event, one after the other. PERMISSION_DENIED: the caller does not.
  absl::StatusOr<v1::Registration> AddForOther(storage::Transaction& tx, const Author& author,
                                               std::string_view event_name, const v1::Registration& registration) const;
  absl::StatusOr<v1::ImportRegistrationsResponse> Import(storage::Transaction& tx, const Author& author,
                                                         const v1::ImportRegistrationsRequest& request) const;

  // The link was used. A registration that is not PENDING any more answers as it is.
  absl::StatusOr<v1::Registration> Confirm(storage::Transaction& tx, const Author& author, std::string_view name,
                                           std::string_view token) const;
  // By the person or those who arrange the event. Nothing changes when it is cancelled already.
  absl::StatusOr<v1::Registration> Cancel(storage::Transaction& tx, const Author& author, std::string_view name,
                                          std::string_view token) const;
  // Of an offer, by the person.
  absl::StatusOr<v1::Registration> Accept(storage::Transaction& tx, const Author& author, std::string_view name,
                                          std::string_view token) const;
  absl::StatusOr<v1::Registration> Decline(storage::Transaction& tx, const Author& author, std::string_view name,
                                           std::string_view token) const;
  absl::StatusOr<v1::Registration> Move(storage::Transaction& tx, const Author& author, std::string_view name,
                                        std::string_view token,
                                        const google::protobuf::RepeatedPtrField<std::string>& sessions) const;
  // Ends the link, and mails a new one unless `revoke_only`.
  absl::StatusOr<v1::Registration> RenewLink(storage::Transaction& tx, const Author& author, std::string_view name,
                                             bool revoke_only) const;

  // What is due in an event: offers and mails that ran out, places that nobody was offered.
  absl::Status Tick(storage::Transaction& tx, const Author& author, std::string_view event_id) const;

  absl::StatusOr<v1::Registration> Get(storage::ReadTransaction& tx, const access::Caller& caller,
                                       std::string_view name, std::string_view token, absl::Time now) const;
  // For those who arrange the event. Page tokens hold the number to go on after; `last_number` is that of the last one
  // listed, 0 when it was the last.
  absl::StatusOr<v1::ListRegistrationsResponse> List(storage::ReadTransaction& tx, const access::Caller& caller,
                                                     const v1::ListRegistrationsRequest& request, int64_t after_number,
                                                     int64_t* last_number) const;
  absl::StatusOr<std::vector<v1::Registration>> ListOwn(storage::ReadTransaction& tx,
                                                        const access::Caller& caller) const;
  // What follows attendance (a certificate, feedback) is for the person and for those who arrange the event.
  struct Attendee {
    v1::Event event;
    v1::Registration registration;
    bool is_caller = false;  // the person asks, not who arranges the event
  };
  // The event's places are locked, so that attendance stays as it is until the write ends. The link of a mail opens
  // also after the event, as long as its people are known.
  absl::StatusOr<Attendee> FindAttendee(storage::Transaction& tx, const access::Caller& caller, std::string_view name,
                                        std::string_view token) const;

  // A registration as it is, for whoever was told of it in an answer that is repeated. False: it is not there.
  absl::StatusOr<bool> Reread(storage::ReadTransaction& tx, v1::Registration* registration) const;

  const RegistrationParts& parts() const { return parts_; }

 private:
  enum class Who { kAttendee, kOrganizer };

  // A registration that the caller may act on, locked with its event.
  struct Opened {
    SeatBook book;
    Entry entry;
    Who who;
  };
  absl::StatusOr<Opened> Open(storage::Transaction& tx, const Author& author, std::string_view name,
                              std::string_view token) const;
  absl::StatusOr<v1::Registration> Finish(storage::Transaction& tx, Opened& opened) const;
  absl::StatusOr<v1::Registration> Answer(storage::Transaction& tx, Opened& opened, v1::Registration::State state,
                                          v1::Registration::Reason reason) const;
  absl::StatusOr<v1::Registration> Register(SeatBook& book, storage::Transaction& tx, const v1::Registration& said,
                                            std::string_view member) const;
  absl::StatusOr<v1::Registration> AskForMail(SeatBook& book, storage::Transaction& tx,
                                              const v1::Registration& said) const;
  bool IsLinkOf(std::string_view token, const RegistrationRow& row) const;
  bool OpensBy(std::string_view token, const RegistrationRow& row, const v1::Event& event, absl::Time now) const;

  const RegistrationParts parts_;
};

// The id of "events/{id}", or of the event in "events/{id}/registrations/…"; empty for other names.
std::string EventIdIn(std::string_view name);

// The account of a caller; empty for the public, programs and partner systems.
std::string MemberOf(const access::Caller& caller);

// FAILED_PRECONDITION (WRONG_STATE, state NO_SECRETS): this server keeps nothing that is personal.
absl::Status NoSecrets();

// A person asks for their link again after this time at the earliest: nobody fills another's mailbox.
inline constexpr absl::Duration kLinkMailPause = absl::Minutes(10);
inline constexpr int kOwnRegistrationsMax = 500;

}  // namespace schutznetz::events
