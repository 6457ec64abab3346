#include "services/directory/view/service_reach.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/common/view/append_field.h"
#include "services/directory/view/ladder_candidates.h"

namespace schutznetz::directory {
namespace {

using view::AppendNumber;
using view::AppendTime;

using v1::ReachServicesRequest;
using v1::ReachServicesResponse;
using v1::ReachStep;

constexpr absl::Duration kBackMax = absl::Hours(3660 * 24);
constexpr absl::Duration kAheadMax = absl::Hours(366 * 24);
constexpr char kNearestSomewhere[] = "Eine der nächsten Beratungsstellen.";

absl::Status Check(const ReachServicesRequest& request, absl::Time now) {
  std::vector<errors::FieldViolation> violations;
  const int places = !request.postcode().empty() + !request.place().empty() + !request.area().empty();
  if (places != 1) {
    constexpr char kOne[] = "Exactly one of postcode, place and area must be set.";
    for (const char* field : {"postcode", "place", "area"}) violations.push_back({field, kOne});
  }
  if (request.has_at() && (TimeOf(request.at()) < now - kBackMax || TimeOf(request.at()) > now + kAheadMax)) {
    violations.push_back({"at", "Must be at most ten years ago and 366 days ahead."});
  }
  return violations.empty() ? absl::OkStatus() : errors::InvalidFields(std::move(violations));
}

absl::StatusOr<std::vector<PlaceMatch>> Resolve(const PlaceResolver& places, const ReachServicesRequest& request) {
  std::vector<PlaceMatch> matches;
  const std::string* text = &request.postcode();
  if (!request.postcode().empty()) {
    matches = places.ResolvePostcode(request.postcode());
  } else if (!request.place().empty()) {
    text = &request.place();
    matches = places.ResolvePlace(request.place());
  } else {
    text = &request.area();
    matches = places.ResolveKey(request.area());
  }
  if (matches.empty()) return errors::PlaceNotFound(*text);
  return matches;
}

// Ladders for another time than now are kept beside the one for now, by the quarter of an hour.
std::string CacheKey(const ReachServicesRequest& request) {
  const int64_t quarter = request.has_at() ? request.at().seconds() / 900 : -1;
  return absl::StrCat(request.postcode(), "\n", request.place(), "\n", request.area(), "\n",
                      static_cast<int>(request.form()), "\n", request.has_age() ? request.age() : -1, "\n", quarter);
}

// How far away something is must not be told while its protection is not certain.
void WithholdDistances(ReachServicesResponse* response) {
  for (auto* steps : {response->mutable_steps(), response->mutable_later()}) {
    for (ReachStep& step : *steps) {
      step.clear_distance_m();
      step.clear_distance_approximate();
      if (step.reason() == ReachStep::NEAREST) step.set_reason_text(kNearestSomewhere);
    }
  }
}

std::shared_ptr<KeptLadder> Make(const ViewReading& reading, const civil::Calendar& calendar,
                                 const std::vector<PlaceMatch>& matches, const ReachServicesRequest& request,
                                 absl::Time at) {
  LadderRequest ladder_request{.form = request.form(), .at = calendar.At(at)};
  if (request.has_age()) ladder_request.age = request.age();
  LadderCandidates gathered = GatherCandidates(reading, calendar, matches, ladder_request);
  ReachServicesResponse response = BuildLadder(gathered.areas, gathered.candidates, ladder_request, calendar);
  if (reading.degraded) WithholdDistances(&response);
  auto ladder = std::make_shared<KeptLadder>();
  ladder->from = at;
  ladder->valid_until = std::min(TimeOf(response.valid_until()), gathered.changes_at);
  ladder->version = reading.version->number;
  ladder->counters = std::move(gathered.counters);
  ladder->has_nearest = gathered.has_nearest;
  response.clear_at();
  response.clear_as_of();
  response.clear_valid_until();
  ladder->bytes = response.SerializeAsString();
  return ladder;
}

std::string RestOf(const ViewReading& reading, absl::Time at, absl::Time valid_until) {
  std::string rest;
  AppendTime(ReachServicesResponse::kAtFieldNumber, at, &rest);
  AppendTime(ReachServicesResponse::kAsOfFieldNumber, reading.as_of, &rest);
  AppendTime(ReachServicesResponse::kValidUntilFieldNumber, valid_until, &rest);
  AppendNumber(ReachServicesResponse::kDegradedFieldNumber, reading.degraded ? 1 : 0, &rest);
  return rest;
}

}  // namespace

absl::StatusOr<ReachAnswer> ServiceReach::Reach(const ViewReading& reading, const ReachServicesRequest& request) {
  RETURN_IF_ERROR(Check(request, reading.now));
  const absl::Time at = request.has_at() ? TimeOf(request.at()) : reading.now;
  const bool may_keep = !reading.degraded;
  const std::string key = may_keep ? CacheKey(request) : std::string();
  std::shared_ptr<const KeptLadder> ladder = may_keep ? cache_.Find(key, *reading.version, at) : nullptr;
  if (!ladder) {
    ASSIGN_OR_RETURN(const std::vector<PlaceMatch> matches, Resolve(*reading.version->places, request));
    ladder = Make(reading, view_.calendar(), matches, request, at);
    if (may_keep) cache_.Keep(key, ladder);
  }
  std::string rest = RestOf(reading, at, ladder->valid_until);
  return ReachAnswer{std::move(ladder), std::move(rest)};
}

}  // namespace schutznetz::directory
