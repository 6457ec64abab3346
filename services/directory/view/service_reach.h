// Whom to call, now, here: gathers the candidates for a place and lets the ladder decide.
//
// The answer is the same for every caller: it is made of what everybody sees.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/directory/v1/reach.pb.h"
#include "services/directory/view/directory_view.h"
#include "services/directory/view/ladder_cache.h"

namespace schutznetz::directory {

// A ladder as the response holds it: bytes, then the rest.
struct ReachAnswer {
  std::shared_ptr<const KeptLadder> ladder;
  std::string rest;  // at, as_of, valid_until, degraded
};

// Thread safe. `view` must outlive it.
class ServiceReach {
 public:
  explicit ServiceReach(const DirectoryView& view) : view_(view) {}

  //   INVALID_ARGUMENT (INVALID_FIELD)  not exactly one of postcode, place and area; an instant too far away
  //   NOT_FOUND (PLACE_NOT_FOUND)       nothing is known by that text
  absl::StatusOr<ReachAnswer> Reach(const ViewReading& reading, const v1::ReachServicesRequest& request);

 private:
  const DirectoryView& view_;
  LadderCache cache_;
};

}  // namespace schutznetz::directory
