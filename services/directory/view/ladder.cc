#include "services/directory/view/ladder.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/directory/view/ladder_reachability.h"
#include "services/directory/view/ladder_texts.h"

namespace schutznetz::directory {
namespace {

using common::v1::Phone;
using v1::ReachServicesResponse;
using v1::ReachStep;
using v1::Service;

constexpr int kAdultAge = 18;

// The order of kinds within a level; a kind that is not here is no step.
constexpr std::array kKindOrder = {Service::YOUTH_OFFICE,   Service::POLICE,       Service::COUNSELLING,
                                   Service::HOTLINE,        Service::HEALTH,       Service::SHELTER,
                                   Service::CUSTOMS_LABOUR, Service::COORDINATION, Service::OTHER};

// The order of levels, the most specific first.
constexpr std::array kLevelOrder = {ReachStep::COMPETENT_DISTRICT,
                                    ReachStep::COMPETENT_GEMEINDE,
                                    ReachStep::COMPETENT_KREIS,
                                    ReachStep::COMPETENT_POLICE_DISTRICT,
                                    ReachStep::COMPETENT_REGION,
                                    ReachStep::COMPETENT_LAND,
                                    ReachStep::NEAREST,
                                    ReachStep::COMPETENT_NATION};

template <typename List, typename Value>
int PlaceIn(const List& list, Value value) {
  return static_cast<int>(std::find(list.begin(), list.end(), value) - list.begin());
}

bool NamesForm(const Service& service, v1::Exploitation::Form form) {
  return std::find(service.forms().begin(), service.forms().end(), form) != service.forms().end();
}

bool TakesAge(const Service& service, std::optional<int> age) {
  if (!age) return service.minimum_age() < kAdultAge;
  if (service.minimum_age() > 0 && *age < service.minimum_age()) return false;
  return service.maximum_age() == 0 || *age <= service.maximum_age();
}

bool IsCalled(Service::Kind kind, v1::Exploitation::Form form) {
  if (kind == Service::CUSTOMS_LABOUR) return form == v1::Exploitation::LABOUR_EXPLOITATION;
  return PlaceIn(kKindOrder, kind) < static_cast<int>(kKindOrder.size());
}

bool IsEligible(const Service& service, const LadderRequest& request) {
  const bool minor = !request.age || *request.age < kAdultAge;
  if (minor && service.advises_minors() != Service::YES) return false;
  if (request.form != v1::Exploitation::FORM_UNSPECIFIED && !service.forms().empty() &&
      !NamesForm(service, request.form))
    return false;
  return TakesAge(service, request.age) && IsCalled(service.kind(), request.form);
}

ReachStep::Reason LevelOf(v1::Area::Kind kind) {
  switch (kind) {
    case v1::Area::CITY_DISTRICT:
      return ReachStep::COMPETENT_DISTRICT;
    case v1::Area::GEMEINDE:
      return ReachStep::COMPETENT_GEMEINDE;
    case v1::Area::KREIS:
      return ReachStep::COMPETENT_KREIS;
    case v1::Area::POLICE_DISTRICT:
      return ReachStep::COMPETENT_POLICE_DISTRICT;
    case v1::Area::REGION:
      return ReachStep::COMPETENT_REGION;
    case v1::Area::LAND:
      return ReachStep::COMPETENT_LAND;
    case v1::Area::NATION:
      return ReachStep::COMPETENT_NATION;
    default:
      return ReachStep::REASON_UNSPECIFIED;
  }
}

// Dates are ISO, so that text compares like time.
bool HoldsOn(const v1::ServiceArea& area, const std::string& date) {
  return (area.valid_from().empty() || area.valid_from() <= date) &&
         (area.valid_to().empty() || date <= area.valid_to());
}

// The finest area of the chain that the service is competent for, or null.
const v1::Area* CompetentArea(const Service& service, const AreaChain& chain, const std::string& date) {
  for (const v1::Area* area : chain.areas) {
    for (const v1::ServiceArea& served : service.service_areas()) {
      if (served.area_key() == area->key() && HoldsOn(served, date)) return area;
    }
  }
  return nullptr;
}

// Where a rung stands by rule 4; smaller comes first. The name decides what is left.
using Order = std::tuple<int, size_t, int, double, bool, std::pair<bool, int64_t>, double>;

// A candidate that is a step, with everything its place depends on.
struct Rung {
  const LadderCandidate* candidate = nullptr;
  const v1::Area* competent = nullptr;  // Null for the nearest.
  ReachStep::Reason reason = ReachStep::REASON_UNSPECIFIED;
  CandidateReachability reachability;
  Order order;
};

double DistanceOf(const LadderCandidate& candidate) { return candidate.distance_m.value_or(1e9); }

Order OrderOf(const Rung& rung, v1::Exploitation::Form form) {
  const LadderCandidate& candidate = *rung.candidate;
  const bool names_form = form != v1::Exploitation::FORM_UNSPECIFIED && NamesForm(*candidate.service, form);
  const double distance = DistanceOf(candidate);
  return {PlaceIn(kLevelOrder, rung.reason),
          candidate.area_index,
          PlaceIn(kKindOrder, candidate.service->kind()),
          rung.reason == ReachStep::NEAREST ? distance : 0.0,
          !names_form,
          LongestFirst(rung.reachability.until),
          distance};
}

bool ComesBefore(const Rung* a, const Rung* b) {
  if (a->order != b->order) return a->order < b->order;
  return a->candidate->service->name() < b->candidate->service->name();
}

// Rule 3, among those who cannot be reached now.
bool OpensBefore(const Rung* a, const Rung* b) {
  const auto when = [](const CandidateReachability& reachability) {
    return std::make_tuple(reachability.state == v1::Reachability::UNKNOWN,
                           reachability.next.value_or(absl::InfiniteFuture()));
  };
  return when(a->reachability) < when(b->reachability);
}

class LadderBuilder {
 public:
  LadderBuilder(absl::Span<const LadderArea> areas, const LadderRequest& request, const civil::Calendar& calendar)
      : areas_(areas),
        request_(request),
        calendar_(calendar),
        date_(absl::FormatCivilTime(civil::Calendar::DayOf(request.at.day()))),
        valid_until_(calendar.InstantOf((request.at.day() + 1) * 1440)) {}

  void Take(const LadderCandidate& candidate) {
    if (candidate.service == nullptr || candidate.area_index >= areas_.size()) return;
    const Service& service = *candidate.service;
    if (!IsEligible(service, request_) || IsEmergencyCall(candidate)) return;
    Rung rung;
    rung.candidate = &candidate;
    rung.competent = CompetentArea(service, areas_[candidate.area_index].chain, date_);
    if (rung.competent != nullptr) {
      rung.reason = LevelOf(rung.competent->kind());
    } else if (service.kind() == Service::COUNSELLING && candidate.distance_m) {
      rung.reason = ReachStep::NEAREST;
    }
    if (rung.reason == ReachStep::REASON_UNSPECIFIED) return;
    rung.reachability = ReachabilityOf(candidate, request_.at, calendar_);
    if (!rung.reachability.has_channel) return;
    rung.order = OrderOf(rung, request_.form);
    valid_until_ = std::min(valid_until_, rung.reachability.changes_at);
    rungs_.push_back(std::move(rung));
  }

  ReachServicesResponse Build() && {
    ReachServicesResponse response;
    std::vector<const Rung*> now, later;
    for (const Rung* rung : InOrder()) {
      (rung->reachability.state == v1::Reachability::REACHABLE ? now : later).push_back(rung);
    }
    std::stable_sort(later.begin(), later.end(), OpensBefore);
    for (const Rung* rung : Limited(now, kLadderStepsMax)) Fill(*rung, *response.add_steps());
    for (const Rung* rung : Limited(later, kLadderLaterMax)) Fill(*rung, *response.add_later());
    AddEmergencyCall(response);
    Number(response);
    for (const LadderArea& area : areas_) {
      *response.add_areas() = RefOf(*area.area);
      if (area.approximate) response.set_approximate(true);
    }
    SetTimestamp(request_.at.instant, *response.mutable_at());
    SetTimestamp(valid_until_, *response.mutable_valid_until());
    return response;
  }

 private:
  static bool IsEmergencyCall(const LadderCandidate& candidate) {
    return !candidate.lines.empty() &&
           std::all_of(candidate.lines.begin(), candidate.lines.end(),
                       [](const LadderLine& line) { return line.phone->number() == kEmergencyNumber; });
  }

  // By rule 4, the first of each service.
  std::vector<const Rung*> InOrder() const {
    std::vector<const Rung*> order;
    order.reserve(rungs_.size());
    for (const Rung& rung : rungs_) order.push_back(&rung);
    std::sort(order.begin(), order.end(), ComesBefore);
    std::set<std::string_view> seen;
    const auto again = [&](const Rung* rung) { return !seen.insert(rung->candidate->service->name()).second; };
    order.erase(std::remove_if(order.begin(), order.end(), again), order.end());
    return order;
  }

  static std::vector<const Rung*> Limited(const std::vector<const Rung*>& rungs, size_t max) {
    std::map<std::tuple<size_t, int, int>, size_t> counts;
    std::vector<const Rung*> kept;
    for (const Rung* rung : rungs) {
      if (kept.size() == max) break;
      const bool nearest = rung->reason == ReachStep::NEAREST;
      size_t& count = counts[{rung->candidate->area_index, rung->reason, rung->candidate->service->kind()}];
      if (count++ < (nearest ? kLadderNearestMax : kLadderPerKindAndLevelMax)) kept.push_back(rung);
    }
    return kept;
  }

  void Fill(const Rung& rung, ReachStep& step) const {
    const LadderCandidate& candidate = *rung.candidate;
    const Service& service = *candidate.service;
    step.set_service(service.name());
    step.set_display_name(service.display_name());
    step.set_organization_display_name(std::string(candidate.organization_display_name));
    step.set_kind(service.kind());
    step.set_email(service.email());
    FillReachability(rung.reachability, step);
    if (rung.reachability.chat || rung.reachability.state != v1::Reachability::REACHABLE)
      step.set_chat_url(service.chat_url());
    step.set_reason(rung.reason);
    *step.mutable_area() = RefOf(*areas_[candidate.area_index].area);
    if (rung.competent != nullptr) {
      step.set_matched_key(rung.competent->key());
      step.set_reason_text(CompetenceText(*rung.competent, areas_[candidate.area_index].chain));
    } else {
      step.set_reason_text(NearestText(DistanceOf(candidate)));
    }
    if (candidate.distance_m) {
      step.set_distance_m(*candidate.distance_m);
      step.set_distance_approximate(candidate.distance_approximate);
    }
    if (service.has_verify_time()) *step.mutable_verify_time() = service.verify_time();
  }

  void AddEmergencyCall(ReachServicesResponse& response) const {
    ReachStep& step = *response.add_steps();
    step.set_display_name("Polizeinotruf");
    step.set_kind(Service::POLICE);
    Phone& phone = *step.add_phones();
    phone.set_number(std::string(kEmergencyNumber));
    phone.set_type(Phone::VOICE);
    step.mutable_reachability()->set_state(v1::Reachability::REACHABLE);
    step.set_reason(ReachStep::EMERGENCY_CALL);
    step.set_reason_text(std::string(kEmergencyText));
    if (!areas_.empty()) *step.mutable_area() = RefOf(*areas_.front().area);
  }

  static void Number(ReachServicesResponse& response) {
    const int last = response.steps_size() - 1;
    for (int i = 0; i <= last; ++i) {
      ReachStep& step = *response.mutable_steps(i);
      step.set_rank(i + 1);
      step.set_if_unanswered(i == last       ? ReachStep::STAY_ON_LINE
                             : i == last - 1 ? ReachStep::CALL_110
                                             : ReachStep::NEXT_STEP);
    }
    for (int i = 0; i < response.later_size(); ++i) {
      response.mutable_later(i)->set_rank(i + 1);
      response.mutable_later(i)->set_if_unanswered(ReachStep::CALL_110);
    }
  }

  static common::v1::AreaRef RefOf(const v1::Area& area) {
    common::v1::AreaRef ref;
    ref.set_name(area.name());
    ref.set_key(area.key());
    ref.set_display_name(area.display_name());
    ref.set_land(area.land());
    return ref;
  }

  absl::Span<const LadderArea> areas_;
  const LadderRequest& request_;
  const civil::Calendar& calendar_;
  const std::string date_;
  absl::Time valid_until_;
  std::vector<Rung> rungs_;
};

}  // namespace

ReachServicesResponse BuildLadder(absl::Span<const LadderArea> areas, absl::Span<const LadderCandidate> candidates,
                                  const LadderRequest& request, const civil::Calendar& calendar) {
  LadderBuilder builder(areas, request, calendar);
  for (const LadderCandidate& candidate : candidates) builder.Take(candidate);
  return std::move(builder).Build();
}

}  // namespace schutznetz::directory
