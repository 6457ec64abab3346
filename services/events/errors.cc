#include "services/events/errors.h"

#include "services/common/errors/errors.h"

namespace schutznetz::events {

absl::Status NoBeginningState(v1::Event::State state) {
  return errors::WrongState(v1::Event::State_Name(state), "An event is created as a DRAFT, or PUBLISHED.");
}

absl::Status NotADraft(v1::Event::State state) {
  return errors::WrongState(v1::Event::State_Name(state), "Only a draft can be published.");
}

absl::Status NotPublished(v1::Event::State state) {
  return errors::WrongState(v1::Event::State_Name(state), "Only a published event can be cancelled or completed.");
}

absl::Status PublishedNotDeleted() {
  return errors::WrongState("PUBLISHED", "People may have registered: cancel the event, then delete it.");
}

absl::Status NotOver() { return errors::WrongState("PUBLISHED", "The event has not ended yet."); }

}  // namespace schutznetz::events
