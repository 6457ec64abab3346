#include "services/events/domain/registered_groups.h"

#include "services/common/errors/macros.h"

namespace schutznetz::events {

absl::StatusOr<std::vector<PeopleGroup>> RegisteredGroups::Of(storage::ReadTransaction& tx,
                                                              std::string_view event_id) const {
  ASSIGN_OR_RETURN(const std::vector<v1::AttendanceCount> counts, attendees_.Counts(tx, event_id));
  std::vector<PeopleGroup> groups;
  for (const v1::AttendanceCount& count : counts) {
    if (count.state() != v1::Registration::ATTENDED) continue;
    groups.push_back({count.profession(), count.land(), count.attendance(), count.count()});
  }
  return groups;
}

}  // namespace schutznetz::events
