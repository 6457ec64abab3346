// The situations that only this server can report, one function each. Their conversion is that of common/errors.
#pragma once

#include "absl/status/status.h"
#include "schutznetz/events/v1/event.pb.h"

namespace schutznetz::events {

// FAILED_PRECONDITION (WRONG_STATE): an event is created as a draft or published.
absl::Status NoBeginningState(v1::Event::State state);
// FAILED_PRECONDITION (WRONG_STATE): only a draft can be published.
absl::Status NotADraft(v1::Event::State state);
// FAILED_PRECONDITION (WRONG_STATE): only a published event can be cancelled or completed.
absl::Status NotPublished(v1::Event::State state);
// FAILED_PRECONDITION (WRONG_STATE): people may have registered, so that it is cancelled, not deleted.
absl::Status PublishedNotDeleted();
// FAILED_PRECONDITION (WRONG_STATE): it has not ended yet.
absl::Status NotOver();

}  // namespace schutznetz::events
