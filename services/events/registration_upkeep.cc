#include "services/events/registration_upkeep.h"

#include <string>
#include <vector>

#include "services/common/errors/macros.h"

namespace schutznetz::events {
namespace {

constexpr int kEventsPerRound = 200;
constexpr int kWritesPerRound = 50;  // of retention; the rest comes with the next round

}  // namespace

absl::Status RegistrationUpkeep::ServeSeats(absl::Time now) const {
  std::vector<std::string> due;
  RETURN_IF_ERROR(database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(due, registrations_.parts().store.EventsDue(tx, absl::ToUnixMicros(now), kEventsPerRound));
    return absl::OkStatus();
  }));
  const access::Caller nobody;
  const Author author = {nobody, {}};
  absl::Status status;
  for (const std::string& event : due) {
    status.Update(
        database_.WriteAndWait([&](storage::Transaction& tx) { return registrations_.Tick(tx, author, event); })
            .status());
  }
  return status;
}

absl::StatusOr<int> RegistrationUpkeep::ForgetAttendees(absl::Time now) const {
  std::vector<std::string> due;
  RETURN_IF_ERROR(database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
    const int64_t ended_before_us = absl::ToUnixMicros(now - kAttendeesKept);
    ASSIGN_OR_RETURN(due, registrations_.parts().store.EventsToForget(tx, ended_before_us, kWritesPerRound));
    return absl::OkStatus();
  }));
  const access::Caller nobody;
  const Author author = {nobody, {}};
  int forgotten = 0, writes = 0;
  for (const std::string& event : due) {
    for (bool done = false; !done && writes < kWritesPerRound; ++writes) {
      Attendees::Forgotten round;
      RETURN_IF_ERROR(database_
                          .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                            ASSIGN_OR_RETURN(round, attendees_.Forget(tx, author, event));
                            return absl::OkStatus();
                          })
                          .status());
      forgotten += round.count;
      done = round.done;
    }
  }
  return forgotten;
}

}  // namespace schutznetz::events
