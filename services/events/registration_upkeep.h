// What is due by the clock in registrations: offers and mails that run out, places that nobody was offered yet, and
// people who are forgotten 90 days after their event.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/storage/database.h"
#include "services/events/domain/attendees.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

// Everything is idempotent, so that replicas may do it at the same time. Cheap to copy; all must outlive it.
class RegistrationUpkeep {
 public:
  RegistrationUpkeep(storage::Database& database, const Registrations& registrations, const Attendees& attendees)
      : database_(database), registrations_(registrations), attendees_(attendees) {}

  // Serves the events with something due, some hundred at a time. Blocks. The first error, after all were tried.
  absl::Status ServeSeats(absl::Time now) const;
  // Forgets the people of events that are long over, some thousand at a time. Returns how many. Blocks.
  absl::StatusOr<int> ForgetAttendees(absl::Time now) const;

 private:
  storage::Database& database_;
  const Registrations& registrations_;
  const Attendees& attendees_;
};

}  // namespace schutznetz::events
