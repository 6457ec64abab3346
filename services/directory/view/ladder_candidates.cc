#include "services/directory/view/ladder_candidates.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "services/directory/view/candidates.h"
#include "services/directory/view/found_service.h"
#include "services/directory/view/kreise.h"
#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {
namespace {

// More than the ladder shows, so that some may be closed.
constexpr size_t kNearestLookedAt = 4 * kLadderNearestMax;
constexpr int kAdultAge = 18;

class Gatherer {
 public:
  Gatherer(const ViewReading& reading, const civil::Calendar& calendar, const LadderRequest& request)
      : reading_(reading), version_(*reading.version), calendar_(calendar), request_(request) {}

  LadderCandidates Gather(const std::vector<PlaceMatch>& matches) {
    const absl::CivilDay day = civil::Calendar::DayOf(request_.at.day());
    for (const PlaceMatch& match : matches) {
      const size_t index = gathered_.areas.size();
      gathered_.areas.push_back({match.area, version_.places->ChainOf(match.area->key(), day), match.approximate});
      taken_.clear();
      for (const v1::Area* area : gathered_.areas.back().chain.areas) AddCompetent(area->key(), index);
      AddNearest(match, index);
    }
    return std::move(gathered_);
  }

 private:
  void AddCompetent(const std::string& key, size_t area_index) {
    gathered_.counters.push_back(static_cast<uint16_t>(LadderChanges::CounterOf(key)));
    version_.competences.VisitFrom(Competence{key, 0}, [&](const Competence& item) {
      if (item.key != key) return false;
      const Listing* listing = version_.listing(item.service);
      if (listing != nullptr && taken_.insert(item.service).second) {
        places_in_[item.service] = gathered_.candidates.size();
        gathered_.candidates.push_back(Candidate(*listing, area_index));
      }
      return true;
    });
  }

  LadderCandidate Candidate(const Listing& listing, size_t area_index) {
    const Calls* calls = listing.places.empty() ? &listing.calls : &listing.places.front().calls;
    if (listing.places.size() > 1) {
      const BestCalls best = BestCallsAt(listing, request_.at, calendar_);
      gathered_.changes_at = std::min(gathered_.changes_at, best.changes_at);
      calls = best.calls;
    }
    LadderCandidate candidate = CandidateOf(listing, *calls);
    candidate.area_index = area_index;
    return candidate;
  }

  // From a Land nothing is near: only what is as small as a Kreis has a meaning as a point.
  std::optional<geo::Point> PointOf(const PlaceMatch& match) const {
    switch (match.area->kind()) {
      case v1::Area::KREIS:
      case v1::Area::GEMEINDE:
      case v1::Area::CITY_DISTRICT:
        break;
      default:
        return std::nullopt;
    }
    if (!match.point && !match.area->has_center()) return std::nullopt;
    const common::v1::LatLng& at = match.point ? *match.point : match.area->center();
    const geo::Point point{at.latitude(), at.longitude()};
    return geo::IsValid(point) ? std::optional(point) : std::nullopt;
  }

  search::Query CounsellingQuery() const {
    search::Query query;
    query.filters.push_back({IdOf(FacetField::kKind), {v1::Service::Kind_Name(v1::Service::COUNSELLING)}});
    if (!request_.age || *request_.age < kAdultAge) {
      query.filters.push_back({IdOf(FacetField::kAdvisesMinors), {v1::Service::AdvisesMinors_Name(v1::Service::YES)}});
    }
    if (request_.form != v1::Exploitation::FORM_UNSPECIFIED) {
      query.filters.push_back({IdOf(FacetField::kForm), {v1::Exploitation::Form_Name(request_.form)}});
    }
    query.limit = kNearestLookedAt;
    return query;
  }

  void AddNearest(const PlaceMatch& match, size_t area_index) {
    const std::optional<geo::Point> point = PointOf(match);
    if (!point) return;
    gathered_.has_nearest = true;
    if (reading_.degraded) {
      AddNearestByKreis(*point, area_index);
      return;
    }
    search::Query query = CounsellingQuery();
    query.near = search::Near{.centre = *point};
    query.order = search::Order::kDistance;
    const auto result = version_.shown_index->Search(query);
    if (!result.ok()) return;
    for (const search::Hit& hit : result->hits) {
      if (hit.distance_m >= 0) AddNear(hit.slot, hit.distance_m, !match.point, area_index);
    }
  }

  // The view may be out of date: all places are taken to be at the centre of their Kreis.
  void AddNearestByKreis(const geo::Point& point, size_t area_index) {
    size_t added = 0;
    for (const std::string& key : KreiseByDistance(*version_.places, point, 1e9)) {
      if (added >= kNearestLookedAt) return;
      search::Query query = CounsellingQuery();
      query.filters.push_back({IdOf(FacetField::kKreis), {key}});
      const auto result = version_.shown_index->Search(query);
      if (!result.ok()) return;
      const v1::Area* kreis = version_.places->Find(key);
      const double distance_m = geo::DistanceMetres(point, {kreis->center().latitude(), kreis->center().longitude()});
      for (const search::Hit& hit : result->hits) AddNear(hit.slot, distance_m, /*approximate=*/true, area_index);
      added += result->hits.size();
    }
  }

  void AddNear(Slot document, double distance_m, bool approximate, size_t area_index) {
    const Slot service = version_.ServiceOfDocument(document);
    const Listing* listing = version_.listing(service);
    if (listing == nullptr || !near_.insert({area_index, service}).second) return;
    const ListedPlace* place = PlaceOf(*listing, document);
    LadderCandidate* candidate = nullptr;
    if (const auto known = places_in_.find(service); taken_.contains(service) && known != places_in_.end()) {
      candidate = &gathered_.candidates[known->second];
    } else {
      gathered_.candidates.push_back(Candidate(*listing, area_index));
      candidate = &gathered_.candidates.back();
    }
    candidate->distance_m = distance_m;
    candidate->distance_approximate = approximate || (place != nullptr && place->approximate);
  }

  const ViewReading& reading_;
  const ViewVersion& version_;
  const civil::Calendar& calendar_;
  const LadderRequest& request_;
  LadderCandidates gathered_;
  absl::flat_hash_set<Slot> taken_;              // for the area that is looked at
  absl::flat_hash_map<Slot, size_t> places_in_;  // the last candidate of a service
  absl::flat_hash_set<std::pair<size_t, Slot>> near_;
};

}  // namespace

LadderCandidates GatherCandidates(const ViewReading& reading, const civil::Calendar& calendar,
                                  const std::vector<PlaceMatch>& matches, const LadderRequest& request) {
  return Gatherer(reading, calendar, request).Gather(matches);
}

}  // namespace schutznetz::directory
