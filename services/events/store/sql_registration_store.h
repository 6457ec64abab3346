// The store of registrations over SQL, one text for both engines.
#pragma once

#include "services/common/storage/migration.h"
#include "services/events/domain/registration_store.h"

namespace schutznetz::events {

// The schema of these tables, for storage::Open.
const storage::MigrationSet& RegistrationMigrations();

class SqlRegistrationStore final : public RegistrationStore {
 public:
  absl::Status AddSeats(storage::Transaction& tx, const SeatRow& row) const override;
  absl::StatusOr<std::optional<SeatRow>> LockSeats(storage::Transaction& tx, std::string_view event) const override;
  absl::StatusOr<std::optional<SeatRow>> Seats(storage::ReadTransaction& tx, std::string_view event) const override;
  absl::StatusOr<std::vector<SeatRow>> SeatsAfter(storage::ReadTransaction& tx, std::string_view after_event,
                                                  int count_max) const override;
  absl::Status SaveSeats(storage::Transaction& tx, const SeatRow& row) const override;
  absl::StatusOr<bool> Add(storage::Transaction& tx, const RegistrationRow& row) const override;
  absl::Status Save(storage::Transaction& tx, const RegistrationRow& row) const override;
  absl::Status Erase(storage::Transaction& tx, std::string_view id) const override;
  absl::StatusOr<std::optional<RegistrationRow>> Find(storage::ReadTransaction& tx, std::string_view id) const override;
  absl::StatusOr<std::optional<RegistrationRow>> FindByCode(storage::ReadTransaction& tx, std::string_view event,
                                                            std::string_view code) const override;
  absl::StatusOr<std::optional<RegistrationRow>> FindByMail(storage::ReadTransaction& tx, std::string_view event,
                                                            std::string_view mail) const override;
  absl::StatusOr<std::optional<RegistrationRow>> FindByPerson(storage::ReadTransaction& tx, std::string_view event,
                                                              std::string_view person) const override;
  absl::StatusOr<std::vector<Waiting>> WaitingList(storage::ReadTransaction& tx, std::string_view event,
                                                   int64_t after_number, int count_max) const override;
  absl::StatusOr<int64_t> CountWaitingBefore(storage::ReadTransaction& tx, std::string_view event,
                                             int64_t number) const override;
  absl::StatusOr<std::vector<RegistrationRow>> List(storage::ReadTransaction& tx, std::string_view event, int state,
                                                    int64_t after_number, int count_max) const override;
  absl::StatusOr<std::vector<RegistrationRow>> OfPerson(storage::ReadTransaction& tx, std::string_view person,
                                                        std::string_view mail, int count_max) const override;
  absl::StatusOr<std::vector<std::string>> RunOut(storage::ReadTransaction& tx, std::string_view event,
                                                  int64_t until_us, int count_max) const override;
  absl::StatusOr<int64_t> NextDeadline(storage::ReadTransaction& tx, std::string_view event) const override;
  absl::StatusOr<std::vector<std::string>> EventsDue(storage::ReadTransaction& tx, int64_t now_us,
                                                     int count_max) const override;
  absl::StatusOr<std::vector<std::string>> EventsToForget(storage::ReadTransaction& tx, int64_t end_us,
                                                          int count_max) const override;
  absl::Status AddFeed(storage::Transaction& tx, const CalendarFeedRow& row) const override;
  absl::StatusOr<std::optional<CalendarFeedRow>> Feed(storage::ReadTransaction& tx, std::string_view id) const override;
  absl::StatusOr<std::vector<CalendarFeedRow>> FeedsOf(storage::ReadTransaction& tx, std::string_view person,
                                                       int count_max) const override;
  absl::Status EraseFeed(storage::Transaction& tx, std::string_view id) const override;
  absl::Status PutProof(storage::Transaction& tx, std::string_view event, std::string_view proof) const override;
  absl::StatusOr<std::optional<std::string>> Proof(storage::ReadTransaction& tx, std::string_view event) const override;
};

}  // namespace schutznetz::events
