// Whether somebody may register for an event now, and whether what they say fits it. Pure.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/access/caller.h"

namespace schutznetz::events {

// FAILED_PRECONDITION (WRONG_STATE) as Registrations says, for people who register themselves.
absl::Status CheckWindow(const v1::Event& event, const access::Caller& caller, const v1::Registration& said,
                         absl::Time now);
// The same for those who arrange it: only the state of the event matters, and it may have begun.
absl::Status CheckTakesPeople(const v1::Event& event);

// INVALID_ARGUMENT (INVALID_FIELD): all that does not fit the event.
absl::Status CheckFits(const v1::Event& event, const v1::Registration& said);

}  // namespace schutznetz::events
