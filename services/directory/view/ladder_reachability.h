// Whether and by which lines a candidate of the ladder can be reached.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "schutznetz/directory/v1/reach.pb.h"
#include "services/common/time/schedules.h"
#include "services/directory/view/ladder.h"

namespace schutznetz::directory {

struct CandidateReachability {
  // There is a spoken line, a chat or a mailbox at all.
  bool has_channel = false;
  v1::Reachability::State state = v1::Reachability::UNKNOWN;
  // Reachable: by on-call duty only.
  bool on_call = false;
  // Reachable: by chat too.
  bool chat = false;
  // Reachable: the latest end among what is open; absent: no end in sight.
  std::optional<absl::Time> until;
  // Closed: the earliest begin.
  std::optional<absl::Time> next;
  // When any line or the chat opens or closes next.
  absl::Time changes_at = absl::InfiniteFuture();
  // Reachable: the lines that are answered, the best first: spoken before relayed, one with hours of its own before one
  // that is as the service, longer before shorter. Otherwise every line to call.
  std::vector<const common::v1::Phone*> lines;
};

// A line for fax or short messages cannot be called and counts for nothing.
CandidateReachability ReachabilityOf(const LadderCandidate& candidate, const civil::Moment& at,
                                     const civil::Calendar& calendar);

// A sort key: without end first, then the later end.
std::pair<bool, int64_t> LongestFirst(std::optional<absl::Time> until);

// Writes reachability and phones of a step.
void FillReachability(const CandidateReachability& reachability, v1::ReachStep& step);

void SetTimestamp(absl::Time time, google::protobuf::Timestamp& timestamp);

}  // namespace schutznetz::directory
