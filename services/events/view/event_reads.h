// Reading events from a version: one by name, and pages. Everything is already what the caller may see.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/event.pb.h"
#include "services/common/access/caller.h"
#include "services/common/audit/entry.h"
#include "services/events/view/events_view.h"

namespace schutznetz::events {

// An event as the caller sees it.
struct SeenEvent {
  std::string_view bytes;              // empty: not at all
  std::shared_ptr<const void> owner;   // keeps `bytes` alive
  std::vector<std::string> disclosed;  // record::Presented
};

// UNAVAILABLE while the view may be out of date and the caller has rights: what they see beyond the public may be
// wrong.
absl::Status CheckAge(const EventsReading& reading, const access::Caller& caller);

// Whether the caller may know that the event exists. A deleted one is known to those who may change it.
bool MayKnow(const EventEntry& entry, const access::Caller& caller);

// Empty bytes for what the caller may not know. While the view may be out of date, without where it is.
absl::StatusOr<SeenEvent> See(const EventsReading& reading, const wire::MessageTable& table, const EventEntry& entry,
                              const access::Caller& caller);

// NOT_FOUND for what does not exist or is hidden from the caller: the answers are the same.
absl::StatusOr<SeenEvent> SeeEvent(const EventsReading& reading, const wire::MessageTable& table, std::string_view name,
                                   const access::Caller& caller);

// What was shown of `entry` beyond PUBLIC, for the audit log.
void AppendDisclosed(const EventEntry& entry, std::vector<std::string> fields, std::vector<audit::Fact>* facts);

struct EventPage {
  std::string bytes;                   // the events, each as field 1 of the response
  std::string last;                    // name of the last one; empty when there are no more
  std::vector<audit::Fact> disclosed;  // of each event that tells more than everybody sees
};

// A page of events in the order of their names, behind `after`.
absl::StatusOr<EventPage> ListEvents(const EventsReading& reading, const wire::MessageTable& table,
                                     const v1::ListEventsRequest& request, size_t page_size, std::string_view after,
                                     const access::Caller& caller);

}  // namespace schutznetz::events
