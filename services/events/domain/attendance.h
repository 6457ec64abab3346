// Who was there: check-in from the list and by code, and who was missed.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/seat_book.h"

namespace schutznetz::events {

// For those who arrange the event: PERMISSION_DENIED for others who may know of it, NOT_FOUND for the rest. Thread
// safe; `parts` and what it refers to must outlive it.
//   INVALID_ARGUMENT (INVALID_FIELD)    a session that the event does not have, that the person does not come to, or
//                                       none where there are several
//   FAILED_PRECONDITION (WRONG_STATE)   the registration holds no place; the session begins in more than
//                                       kDoorsOpenBefore
class Attendance {
 public:
  explicit Attendance(const RegistrationParts& parts) : parts_(parts) {}

  // Nothing changes when the person was checked in to the session before; the first time stays.
  absl::StatusOr<v1::Registration> CheckIn(storage::Transaction& tx, const record::Author& author,
                                           std::string_view name, std::string_view session_id) const;
  absl::StatusOr<v1::Registration> CheckInByCode(storage::Transaction& tx, const record::Author& author,
                                                 std::string_view event_name, std::string_view code,
                                                 std::string_view session_id) const;
  // Takes a check-in back; a NO_SHOW becomes CONFIRMED.
  absl::StatusOr<v1::Registration> Undo(storage::Transaction& tx, const record::Author& author, std::string_view name,
                                        std::string_view session_id) const;
  // Everybody CONFIRMED becomes NO_SHOW, at most kNoShowsPerCall at once.
  absl::StatusOr<v1::MarkNoShowsResponse> MarkNoShows(storage::Transaction& tx, const record::Author& author,
                                                      std::string_view event_name) const;

 private:
  absl::StatusOr<SeatBook> OpenForOrganizer(storage::Transaction& tx, const record::Author& author,
                                            std::string_view name) const;
  absl::StatusOr<v1::Registration> Mark(storage::Transaction& tx, SeatBook& book, Entry entry,
                                        std::string_view session_id) const;

  const RegistrationParts parts_;
};

inline constexpr absl::Duration kDoorsOpenBefore = absl::Hours(24);
inline constexpr int kNoShowsPerCall = 500;

}  // namespace schutznetz::events
