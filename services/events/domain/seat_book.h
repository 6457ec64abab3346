// The places of one event during one write: locked, counted, given and taken.
//
//   ASSIGN_OR_RETURN(SeatBook book, SeatBook::Open(parts, tx, author, event_id));   // locks; ends what has run out
//   ASSIGN_OR_RETURN(Entry entry, book.Need(id));
//   RETURN_IF_ERROR(book.Change(&entry, Registration::CANCELLED, Registration::BY_ATTENDEE));
//   RETURN_IF_ERROR(book.Close());                                                  // offers what is free; saves
//
// Every change of every registration goes through here, so that the sum of what holds a place never passes a limit, and
// the list is served in its order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/personal/pepper.h"
#include "services/common/personal/vault.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/events.h"
#include "services/events/domain/letters.h"
#include "services/events/domain/registration_observer.h"
#include "services/events/domain/registration_store.h"
#include "services/events/domain/seats.h"

namespace schutznetz::events {

// What the rules of registrations work with; all must outlive them.
struct RegistrationParts {
  const RegistrationStore& store;
  const personal::Vault& vault;
  const personal::Pepper& pepper;
  const Letters* letters = nullptr;  // null: nobody is written to
  const RegistrationObserver* observer = nullptr;
  bool takes_people = true;  // false: nothing personal can be kept here
};

inline constexpr char kRegistrationKind[] = "registration";

// A registration while it is changed: its row, and its body without what is personal.
struct Entry {
  RegistrationRow row;
  v1::Registration open;

  v1::Registration::State state() const { return static_cast<v1::Registration::State>(row.state); }
};

// Where a new registration goes.
struct Admittance {
  v1::Registration::State state = v1::Registration::STATE_UNSPECIFIED;
  v1::Registration::Reason reason = v1::Registration::REASON_UNSPECIFIED;
};

class SeatBook {
 public:
  // Locks the event's row of counts, then reads the event as it is under that lock. NOT_FOUND: no such event.
  static absl::StatusOr<SeatBook> Open(const RegistrationParts& parts, storage::Transaction& tx,
                                       const record::Author& author, std::string_view event_id);

  const v1::Event& event() const { return stored_.event; }
  const StoredEvent& stored() const { return stored_; }
  const SeatCounts& counts() const { return counts_; }
  SeatRow& row() { return row_; }
  absl::Time now() const { return tx_->now(); }

  // The registration of this id, in this event; nothing when there is none.
  absl::StatusOr<std::optional<Entry>> Find(std::string_view id) const;
  absl::StatusOr<Entry> EntryOf(RegistrationRow row) const;

  // Where a registration of these pools goes now: to a place, or to the list. FAILED_PRECONDITION (WRONG_STATE, state
  // FULL): to neither.
  absl::StatusOr<Admittance> Admit(const Pools& pools) const;

  // Adds a registration whose row has its person, mail and code; `whole` is what the person said. ALREADY_EXISTS
  // (RESOURCE_EXISTS): the person has an active one.
  absl::Status Add(Entry* entry, const v1::Registration& whole, const Admittance& admittance);
  // Brings a registration to a state, and writes to the person. Places follow.
  absl::Status Change(Entry* entry, v1::Registration::State state, v1::Registration::Reason reason);
  // Puts it at the end of the list.
  void Renumber(Entry* entry) { entry->row.number = row_.next_number++; }
  // Other sessions. FAILED_PRECONDITION (WRONG_STATE, state FULL): there is no place for them.
  absl::Status Move(Entry* entry, const google::protobuf::RepeatedPtrField<std::string>& sessions);
  // Saves what stands in `entry` without a change of state.
  absl::Status Save(Entry* entry);
  // Deletes a registration with its key and sealed part; its place becomes free.
  absl::Status Erase(const Entry& entry);
  // Writes to the person.
  absl::Status Write(Letter letter, const Entry& entry) const;

  // Whoever waits may get a place: limits have changed.
  void CheckList() { check_list_ = true; }
  // Offers free places to who waits, saves the counts and tells who follows the log. Once, at the end.
  absl::Status Close();

 private:
  SeatBook(const RegistrationParts& parts, storage::Transaction& tx, const record::Author& author)
      : parts_(parts), tx_(&tx), author_(author) {}

  absl::Status Lapse();
  absl::Status Fill();
  absl::Status Offer(const Waiting& waiting);
  bool OffersPlaces() const;
  void Count(const RegistrationRow& row, int direction);
  absl::Time OfferEnd() const;
  void SetDeadline(Entry* entry, absl::Time time);

  const RegistrationParts& parts_;
  storage::Transaction* tx_;
  const record::Author& author_;
  SeatRow row_;
  SeatRow before_;
  StoredEvent stored_;
  SeatCounts counts_;
  bool check_list_ = false;  // a place may have become free
};

// Whether the caller arranges the event: editors of its Land, coordinators of its network.
bool Arranges(const access::Caller& caller, const v1::Event& event);

// FAILED_PRECONDITION (WRONG_STATE): neither a place nor one on the list. `state` is FULL.
absl::Status NoPlace(v1::Registration::Reason reason);

// So many offers are made in one write; what is left is done by the next, or by housekeeping.
inline constexpr int kOffersPerWrite = 100;
// What was not confirmed by mail ends after this time.
inline constexpr absl::Duration kMailKept = absl::Hours(24);
inline constexpr int kWaitingMaxDefault = 500;
inline constexpr int kOfferHoursDefault = 48;

}  // namespace schutznetz::events
