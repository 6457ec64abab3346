// A listing as the ladder and the search hits look at it: which of its places and lines count at an instant.
#pragma once

#include "absl/time/time.h"
#include "schutznetz/directory/v1/search.pb.h"
#include "services/common/time/calendar.h"
#include "services/directory/view/ladder.h"
#include "services/directory/view/ladder_reachability.h"
#include "services/directory/view/listing.h"

namespace schutznetz::directory {

// The service with these lines and hours. Points into the listing.
LadderCandidate CandidateOf(const Listing& listing, const Calls& calls);

// Whether the service can be reached by these lines, or visited in these hours.
CandidateReachability ReachabilityBy(const Listing& listing, const Calls& calls, const civil::Moment& at,
                                     const civil::Calendar& calendar);

// The place at which the service can be reached at that moment, or will be first; without places what holds at large.
struct BestCalls {
  const Calls* calls = nullptr;
  CandidateReachability reachability;
  // The first instant at which another place may be the best, or this one changes.
  absl::Time changes_at = absl::InfiniteFuture();
};
BestCalls BestCallsAt(const Listing& listing, const civil::Moment& at, const civil::Calendar& calendar);

v1::Reachability ToProto(const CandidateReachability& reachability);

}  // namespace schutznetz::directory
