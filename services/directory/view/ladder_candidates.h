// The services that may stand in the ladder of a place, of what everybody sees.
#pragma once

#include <vector>

#include "absl/time/time.h"
#include "schutznetz/directory/v1/reach.pb.h"
#include "services/common/time/calendar.h"
#include "services/directory/view/directory_view.h"
#include "services/directory/view/ladder.h"

namespace schutznetz::directory {

struct LadderCandidates {
  std::vector<LadderArea> areas;
  std::vector<LadderCandidate> candidates;
  // A choice among places of one service may differ from then on.
  absl::Time changes_at = absl::InfiniteFuture();
  std::vector<uint16_t> counters;  // of LadderChanges
  bool has_nearest = false;
};

// Everything points into the version of `reading`. `matches` is not empty.
LadderCandidates GatherCandidates(const ViewReading& reading, const civil::Calendar& calendar,
                                  const std::vector<PlaceMatch>& matches, const LadderRequest& request);

}  // namespace schutznetz::directory
