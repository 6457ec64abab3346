// The store of registrations: one row of counts per event, one row per registration.
//
// The row of counts is the lock: whoever changes a registration, or what an event has of places, locks it first
// (LockSeats) and holds it until the write ends. So all of an event's registrations stand still meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::events {

// Times are microseconds since 1970, 0 for none.
struct SeatRow {
  std::string event;             // id of the event
  std::string counts;            // SeatCounts::Text
  int64_t waiting = 0;           // registrations WAITLISTED
  int64_t next_number = 1;       // of the next registration
  int64_t next_deadline_us = 0;  // no offer and no mail of this event runs out before
  bool backlog = false;          // places may be free that nobody was offered yet
  int64_t end_us = 0;            // end of the event; 0: not known
  int64_t erase_us = 0;          // when its registrations were erased
};

struct RegistrationRow {
  std::string id;
  std::string event;         // id of the event
  int64_t number = 0;        // order of the list; a new one when the mail was confirmed
  int state = 0;             // v1::Registration::State
  std::string person;        // "members/…", or the digest of the mail address
  std::string mail;          // digest of the mail address
  int64_t link = 0;          // number of the mailed link that holds; 0: none
  int64_t link_mail_us = 0;  // when somebody last asked for it
  std::string code;          // for check-in
  int64_t deadline_us = 0;   // when an offer, or a mail that waits, runs out
  std::string pools;         // JoinPools
  std::string body;          // v1::Registration without name, personal fields and what is made when it is shown
  int64_t create_us = 0;
  int64_t update_us = 0;
};

// A personal calendar.
struct CalendarFeedRow {
  std::string id;
  std::string person;  // "members/…"
  std::string language;
  int64_t create_us = 0;
};

// Who waits, in the order of the list.
struct Waiting {
  std::string id;
  int64_t number = 0;
  std::string pools;
};

// Functions of a transaction; thread safe. Codes are those of storage::ReadTransaction unless a function says more.
class RegistrationStore {
 public:
  virtual ~RegistrationStore() = default;

  // Makes the row of an event, once.
  virtual absl::Status AddSeats(storage::Transaction& tx, const SeatRow& row) const = 0;
  // Nothing when the event has none.
  virtual absl::StatusOr<std::optional<SeatRow>> LockSeats(storage::Transaction& tx, std::string_view event) const = 0;
  virtual absl::StatusOr<std::optional<SeatRow>> Seats(storage::ReadTransaction& tx, std::string_view event) const = 0;
  // All rows, in the order of the events' ids, after `after_event`.
  virtual absl::StatusOr<std::vector<SeatRow>> SeatsAfter(storage::ReadTransaction& tx, std::string_view after_event,
                                                          int count_max) const = 0;
  virtual absl::Status SaveSeats(storage::Transaction& tx, const SeatRow& row) const = 0;

  // False, with nothing changed, when the person has an active registration for the event.
  virtual absl::StatusOr<bool> Add(storage::Transaction& tx, const RegistrationRow& row) const = 0;
  virtual absl::Status Save(storage::Transaction& tx, const RegistrationRow& row) const = 0;
  virtual absl::Status Erase(storage::Transaction& tx, std::string_view id) const = 0;

  virtual absl::StatusOr<std::optional<RegistrationRow>> Find(storage::ReadTransaction& tx,
                                                              std::string_view id) const = 0;
  virtual absl::StatusOr<std::optional<RegistrationRow>> FindByCode(storage::ReadTransaction& tx,
                                                                    std::string_view event,
                                                                    std::string_view code) const = 0;
  // The active registration under this mail address, with or without an account.
  virtual absl::StatusOr<std::optional<RegistrationRow>> FindByMail(storage::ReadTransaction& tx,
                                                                    std::string_view event,
                                                                    std::string_view mail) const = 0;
  // The active registration of this person.
  virtual absl::StatusOr<std::optional<RegistrationRow>> FindByPerson(storage::ReadTransaction& tx,
                                                                      std::string_view event,
                                                                      std::string_view person) const = 0;

  // The list, from `after_number` on.
  virtual absl::StatusOr<std::vector<Waiting>> WaitingList(storage::ReadTransaction& tx, std::string_view event,
                                                           int64_t after_number, int count_max) const = 0;
  // How many wait before `number`.
  virtual absl::StatusOr<int64_t> CountWaitingBefore(storage::ReadTransaction& tx, std::string_view event,
                                                     int64_t number) const = 0;

  // Registrations of an event in the order of their numbers; `state` 0: all.
  virtual absl::StatusOr<std::vector<RegistrationRow>> List(storage::ReadTransaction& tx, std::string_view event,
                                                            int state, int64_t after_number, int count_max) const = 0;
  // Registrations of a person (either key may be empty) in all events, the latest first.
  virtual absl::StatusOr<std::vector<RegistrationRow>> OfPerson(storage::ReadTransaction& tx, std::string_view person,
                                                                std::string_view mail, int count_max) const = 0;
  // Ids of what has run out in this event, in the order of the list.
  virtual absl::StatusOr<std::vector<std::string>> RunOut(storage::ReadTransaction& tx, std::string_view event,
                                                          int64_t until_us, int count_max) const = 0;

  // The earliest deadline in this event; 0 when there is none.
  virtual absl::StatusOr<int64_t> NextDeadline(storage::ReadTransaction& tx, std::string_view event) const = 0;

  // Ids of events with something to do: a deadline that has passed, or places that nobody was offered yet.
  virtual absl::StatusOr<std::vector<std::string>> EventsDue(storage::ReadTransaction& tx, int64_t now_us,
                                                             int count_max) const = 0;
  // Ids of events that ended before `end_us` and have registrations not erased yet.
  virtual absl::StatusOr<std::vector<std::string>> EventsToForget(storage::ReadTransaction& tx, int64_t end_us,
                                                                  int count_max) const = 0;

  virtual absl::Status AddFeed(storage::Transaction& tx, const CalendarFeedRow& row) const = 0;
  virtual absl::StatusOr<std::optional<CalendarFeedRow>> Feed(storage::ReadTransaction& tx,
                                                              std::string_view id) const = 0;
  // The latest first.
  virtual absl::StatusOr<std::vector<CalendarFeedRow>> FeedsOf(storage::ReadTransaction& tx, std::string_view person,
                                                               int count_max) const = 0;
  virtual absl::Status EraseFeed(storage::Transaction& tx, std::string_view id) const = 0;

  // The proof of deletion of an event, v1::DeletionProof; put replaces.
  virtual absl::Status PutProof(storage::Transaction& tx, std::string_view event, std::string_view proof) const = 0;
  virtual absl::StatusOr<std::optional<std::string>> Proof(storage::ReadTransaction& tx,
                                                           std::string_view event) const = 0;
};

}  // namespace schutznetz::events
