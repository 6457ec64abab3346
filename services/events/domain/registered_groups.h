// Who was at an event, from its registrations; of those who were erased or forgotten, from the counts that stayed.
#pragma once

#include <string_view>
#include <vector>

#include "services/events/domain/attendees.h"
#include "services/events/domain/statistics.h"

namespace schutznetz::events {

// Thread safe; `attendees` must outlive it.
class RegisteredGroups final : public AttendanceGroups {
 public:
  explicit RegisteredGroups(const Attendees& attendees) : attendees_(attendees) {}

  // Those who ATTENDED. Codes as Attendees::Counts.
  absl::StatusOr<std::vector<PeopleGroup>> Of(storage::ReadTransaction& tx, std::string_view event_id) const override;

 private:
  const Attendees& attendees_;
};

}  // namespace schutznetz::events
