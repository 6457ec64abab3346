// The methods of calendars to subscribe to.
#pragma once

#include "services/common/rpc/registry.h"
#include "services/events/view/events_view.h"

namespace schutznetz::events {

// Registers GetEventsCalendar and GetEventCalendar. `view` must outlive the registry's server.
void RegisterCalendarApi(rpc::Registry& registry, const EventsView& view);

}  // namespace schutznetz::events
