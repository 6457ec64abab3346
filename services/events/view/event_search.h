// Search for events, from memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/event_search.pb.h"
#include "services/common/access/caller.h"
#include "services/common/audit/entry.h"
#include "services/events/view/events_view.h"
#include "services/events/view/own_events.h"

namespace schutznetz::events {

struct EventSearchPage {
  std::string bytes;  // hits, facets and total of the response
  std::string next;   // where the next page goes on; empty on the last
  absl::Time valid_until = absl::InfiniteFuture();
  std::vector<audit::Fact> disclosed;  // of each event that tells more than everybody sees
};

// Thread safe.
class EventSearch {
 public:
  // `view` must outlive it.
  explicit EventSearch(const EventsView& view) : view_(view) {}

  // INVALID_ARGUMENT (INVALID_FIELD): too many words; (PAGE_TOKEN_INVALID): `after` is none of `next`. UNAVAILABLE as
  // CheckAge.
  absl::StatusOr<EventSearchPage> Search(const EventsReading& reading, const v1::SearchEventsRequest& request,
                                         size_t page_size, const access::Caller& caller, std::string_view after);

 private:
  const EventsView& view_;
  OwnEvents own_;
};

}  // namespace schutznetz::events
