#include "services/directory/view/candidates.h"

#include <algorithm>
#include <utility>

namespace schutznetz::directory {
namespace {

int OrderOf(v1::Reachability::State state) {
  if (state == v1::Reachability::REACHABLE) return 0;
  return state == v1::Reachability::CLOSED ? 1 : 2;
}

bool IsBetter(const CandidateReachability& a, const CandidateReachability& b) {
  if (a.state != b.state) return OrderOf(a.state) < OrderOf(b.state);
  if (a.state == v1::Reachability::REACHABLE) return LongestFirst(a.until) < LongestFirst(b.until);
  return a.next.value_or(absl::InfiniteFuture()) < b.next.value_or(absl::InfiniteFuture());
}

// A service that is only visited has hours but no line: open is open.
void AddVisits(const LadderCandidate& candidate, const civil::Moment& at, const civil::Calendar& calendar,
               CandidateReachability& reachability) {
  if (reachability.state != v1::Reachability::UNKNOWN || candidate.hours == nullptr) return;
  const civil::OpenState state = candidate.hours->Evaluate(at, candidate.holidays, calendar);
  reachability.changes_at = std::min(reachability.changes_at, state.changes_at);
  if (state.kind == civil::OpenState::Kind::kUnknown) return;
  reachability.state = state.is_open() ? v1::Reachability::REACHABLE : v1::Reachability::CLOSED;
  reachability.on_call = state.is_open() && state.type == common::v1::Schedule::ON_CALL;
  reachability.until = state.until;
  reachability.next = state.next_open;
}

}  // namespace

LadderCandidate CandidateOf(const Listing& listing, const Calls& calls) {
  LadderCandidate candidate;
  candidate.service = &listing.service;
  candidate.organization_display_name = listing.organization_display_name;
  candidate.hours = calls.schedules();
  candidate.holidays = calls.holidays;
  if (!calls.lines) return candidate;
  candidate.lines.reserve(calls.lines->lines.size());
  for (const CallFacts::Line& line : calls.lines->lines) candidate.lines.push_back({&line.phone, line.hours.get()});
  return candidate;
}

CandidateReachability ReachabilityBy(const Listing& listing, const Calls& calls, const civil::Moment& at,
                                     const civil::Calendar& calendar) {
  const LadderCandidate candidate = CandidateOf(listing, calls);
  CandidateReachability reachability = ReachabilityOf(candidate, at, calendar);
  AddVisits(candidate, at, calendar, reachability);
  return reachability;
}

BestCalls BestCallsAt(const Listing& listing, const civil::Moment& at, const civil::Calendar& calendar) {
  BestCalls best;
  const auto look_at = [&](const Calls& calls) {
    CandidateReachability reachability = ReachabilityBy(listing, calls, at, calendar);
    best.changes_at = std::min(best.changes_at, reachability.changes_at);
    if (best.calls != nullptr && !IsBetter(reachability, best.reachability)) return;
    best.calls = &calls;
    best.reachability = std::move(reachability);
  };
  for (const ListedPlace& place : listing.places) look_at(place.calls);
  if (listing.places.empty()) look_at(listing.calls);
  return best;
}

v1::Reachability ToProto(const CandidateReachability& reachability) {
  v1::Reachability proto;
  proto.set_state(reachability.state);
  proto.set_on_call(reachability.on_call);
  if (reachability.until) SetTimestamp(*reachability.until, *proto.mutable_until());
  if (reachability.next) SetTimestamp(*reachability.next, *proto.mutable_next());
  return proto;
}

}  // namespace schutznetz::directory
