// What begins soon, whoever may see it: for reminders.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/events/view/events_version.h"

namespace schutznetz::events {

// Names of published events that begin after `from` and not after `to`.
std::vector<std::string> EventsBeginning(const EventsVersion& version, absl::Time from, absl::Time to);

}  // namespace schutznetz::events
