// Letters to everybody at an event: of a change, of its cancellation, before it begins.
//
// The write that changes an event only notes the mailing, however many people there are; the letters are written
// afterwards, some per transaction, each once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "services/common/storage/database.h"
#include "services/common/storage/migration.h"
#include "services/events/domain/events.h"
#include "services/events/domain/seat_book.h"
#include "services/events/letters/mail_letters.h"

namespace schutznetz::events {

// The schema, for storage::Open.
const storage::MigrationSet& MailingMigrations();

// Notes what changes of events have to be told. Immutable, thread safe. It comes after SeatsFollowEvents: the places
// are locked first.
class EventMailings final : public EventObserver {
 public:
  absl::Status OnEvent(storage::Transaction& tx, const EventChange& change) const override;
};

// Writes the letters. Replicas may do it at the same time.
class MailingWorker {
 public:
  // People are reminded when their event begins within this time.
  static constexpr absl::Duration kReminderLead = absl::Hours(48);
  // Names of published events that begin between two times.
  using Upcoming = std::function<std::vector<std::string>(absl::Time from, absl::Time to)>;

  // All must outlive it.
  MailingWorker(storage::Database& database, const RegistrationParts& parts, const MailLetters& letters,
                Upcoming upcoming)
      : database_(database), parts_(parts), letters_(letters), upcoming_(std::move(upcoming)) {}

  // Begins the reminders that are due and writes letters until none is left, or for a while. Blocks. Costs no write
  // when there is nothing to do.
  absl::Status RunOnce(absl::Time now) const;
  // Forgets mailings that were begun long ago.
  absl::Status Tidy(storage::Transaction& tx, absl::Time now) const;

 private:
  absl::StatusOr<std::vector<std::string>> NotRemindedYet(absl::Time now) const;
  absl::Status BeginReminder(storage::Transaction& tx, const std::string& event) const;
  // Writes some letters of this event's oldest mailing.
  absl::Status WriteSome(storage::Transaction& tx, const std::string& event) const;
  absl::Status WriteOne(storage::Transaction& tx, LetterKind kind, int64_t number, const v1::Event& event,
                        const v1::Event* removed, const RegistrationRow& row) const;

  storage::Database& database_;
  const RegistrationParts& parts_;
  const MailLetters& letters_;
  const Upcoming upcoming_;
};

}  // namespace schutznetz::events
