// The rules of the reachability ladder: whom to call, in which order. Pure functions: no clock, no store, no index.
//
// The caller (view) resolves the place, gathers candidates and names the instant; the ladder decides competence,
// reachability, order, reasons and how long the answer holds:
//
//   for each match of the place: areas.push_back({match.area, places.ChainOf(match.area->key(), day),
//   match.approximate}); candidates: every public service with a service area on one of the chains' keys (any
//   validity), and counselling services near the place (with their distance), each once per area it is a candidate for.
//   ReachServicesResponse response = BuildLadder(areas, candidates, {form, age, calendar.At(instant)}, calendar);
//   then the caller sets as_of and degraded.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "schutznetz/common/v1/contact.pb.h"
#include "schutznetz/directory/v1/reach.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "services/common/time/schedules.h"
#include "services/directory/places/place_resolver.h"

namespace schutznetz::directory {

// One meaning of the place asked for, better ones first.
struct LadderArea {
  const v1::Area* area = nullptr;
  AreaChain chain;
  bool approximate = false;
};

// A line of a candidate.
struct LadderLine {
  const common::v1::Phone* phone = nullptr;
  // The line's own hours, compiled; null: as the candidate's.
  const civil::CompiledSchedules* hours = nullptr;
};

// A service that may be a step. Everything pointed to must outlive the call. Only what the caller of the RPC may see
// belongs here.
struct LadderCandidate {
  const v1::Service* service = nullptr;
  std::string_view organization_display_name;
  // The effective hours and lines: of the most specific level that has any (service at location, location, service,
  // organization). Null hours are the same as empty ones: unknown, never reachable.
  const civil::CompiledSchedules* hours = nullptr;
  std::vector<LadderLine> lines;
  // Whose public holidays its hours follow: those of the place where the people work (RegionOf the location's area
  // key), else of the area it serves.
  civil::HolidayRegion holidays;
  // Which of the areas it is a candidate for.
  size_t area_index = 0;
  // Metres from the place. A counselling service without a matching service area is a step only if this is set; for
  // police, youth office and every other kind distance decides nothing.
  std::optional<double> distance_m;
  bool distance_approximate = false;
};

struct LadderRequest {
  // FORM_UNSPECIFIED: any.
  v1::Exploitation::Form form = v1::Exploitation::FORM_UNSPECIFIED;
  // Years; absent: a minor of unknown age.
  std::optional<int> age;
  civil::Moment at;
};

// Limits that keep an answer readable; what is beyond them is left out, the less specific first.
inline constexpr size_t kLadderStepsMax = 24;  // Without the emergency call.
inline constexpr size_t kLadderLaterMax = 24;
inline constexpr size_t kLadderPerKindAndLevelMax = 4;  // For each area.
inline constexpr size_t kLadderNearestMax = 3;          // Nearest counselling, for each area.

// Builds the whole answer but as_of and degraded. Rules, in this order:
// 1. Who is a step at all: the form fits (a service without forms takes all); for a minor only advises_minors YES, and
// the age is
//    within the service's bounds; the kind is one to call in a case (courts and prosecution are not: the police reaches
//    them; customs only for LABOUR_EXPLOITATION; immigration authorities never); it has a line, a chat or a mailbox. A
//    service whose only line is 110 is the last step itself.
// 2. Competence: the longest of the service's areas on the chain that is valid on the day. Otherwise, for counselling
// only, being
//    among the nearest.
// 3. Reachable now (open or on call, by a spoken line that is answered or by chat) goes to `steps`, the rest to `later`
// in the
//    order in which they open; hours that are unknown come last there.
// 4. Order of steps: district, Gemeinde, Kreis, police district, Regierungsbezirk, Land, nearest, nation; then the
// order of the
//    areas; then kind (youth office, police, counselling, help line, health, shelter, customs, coordination, other);
//    then a service that names the form; then who can be reached longest; then the nearer; then the name. The nearest
//    go by distance first. A service is one step, for the area in which it is most specific.
// 5. The last step is 110, always. Before it a step says "next step", the last one before it "call 110".
// valid_until is the next instant at which hours open or close, and at the latest the next midnight: holidays, validity
// of service areas and areas change with the day.
v1::ReachServicesResponse BuildLadder(absl::Span<const LadderArea> areas, absl::Span<const LadderCandidate> candidates,
                                      const LadderRequest& request, const civil::Calendar& calendar);

}  // namespace schutznetz::directory
