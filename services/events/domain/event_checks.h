// What must hold within an event beyond the options of its fields. Pure.
#pragma once

#include "schutznetz/events/v1/event.pb.h"
#include "services/common/record/checks.h"

namespace schutznetz::events {

// Appends everything that is wrong, paths relative to the event.
void CheckEvent(const v1::Event& event, record::Violations* violations);

// Whether the zone is one of the IANA database: "Europe/Berlin".
bool IsTimeZone(const std::string& name);

}  // namespace schutznetz::events
