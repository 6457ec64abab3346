// Makes places follow their event: what an event is changed to must hold for those who registered.
#pragma once

#include "services/events/domain/events.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

// `registrations` must outlive it.
class SeatsFollowEvents final : public EventObserver {
 public:
  explicit SeatsFollowEvents(const Registrations& registrations) : registrations_(registrations) {}

  // Refuses as Registrations::Arrange.
  absl::Status OnEvent(storage::Transaction& tx, const EventChange& change) const override {
    const access::Caller nobody;
    return registrations_.Arrange(tx, {nobody, change.trace_id}, change.after.name());
  }

 private:
  const Registrations& registrations_;
};

}  // namespace schutznetz::events
