#include "services/directory/view/search_plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/directory/places/land_codes.h"
#include "services/directory/view/search_fields.h"
#include "services/directory/view/service_areas.h"

namespace schutznetz::directory {
namespace {

using v1::SearchServicesRequest;
using v1::Service;

constexpr int kAgeMax = 120;

search::FacetFilter Filter(FacetField facet, std::vector<std::string> values) {
  return {IdOf(facet), std::move(values)};
}

bool KnownLand(const std::string& code) {
  return std::find(kLandIsoCodes.begin(), kLandIsoCodes.end(), code) != kLandIsoCodes.end();
}

absl::Status Check(const SearchServicesRequest& request) {
  std::vector<errors::FieldViolation> violations;
  if (!request.has_near()) {
    if (request.radius_m() > 0) violations.push_back({"radiusM", "Needs near: the point to measure from."});
    if (request.order_by() == SearchServicesRequest::DISTANCE) {
      violations.push_back({"orderBy", "DISTANCE needs near: the point to measure from."});
    }
  }
  if (!request.land().empty() && !KnownLand(request.land())) {
    violations.push_back({"land", "Must be the code of a Land, for example DE-NW."});
  }
  return violations.empty() ? absl::OkStatus() : errors::InvalidFields(std::move(violations));
}

// Names of the values of a repeated enum.
template <typename Values, typename NameOf>
void AddNamed(FacetField facet, const Values& values, NameOf name_of, std::vector<search::FacetFilter>* filters) {
  if (values.empty()) return;
  std::vector<std::string> names;
  for (const auto& value : values) names.push_back(name_of(value));
  filters->push_back(Filter(facet, std::move(names)));
}

void AddAge(int age, std::vector<search::FacetFilter>* filters) {
  std::vector<std::string> youngest, oldest = {"0"};
  for (int year = 0; year <= age; ++year) youngest.push_back(absl::StrCat(year));
  for (int year = std::max(age, 1); year <= kAgeMax; ++year) oldest.push_back(absl::StrCat(year));
  filters->push_back(Filter(FacetField::kMinimumAge, std::move(youngest)));
  filters->push_back(Filter(FacetField::kMaximumAge, std::move(oldest)));
}

void AddProperties(const SearchServicesRequest& request, std::vector<search::FacetFilter>* filters) {
  AddNamed(
      FacetField::kKind, request.kind(),
      [](int value) { return Service::Kind_Name(static_cast<Service::Kind>(value)); }, filters);
  AddNamed(
      FacetField::kForm, request.form(),
      [](int value) { return v1::Exploitation::Form_Name(static_cast<v1::Exploitation::Form>(value)); }, filters);
  AddNamed(
      FacetField::kChannel, request.channel(),
      [](int value) { return Service::Channel_Name(static_cast<Service::Channel>(value)); }, filters);
  const auto same = [](const std::string& value) { return value; };
  AddNamed(FacetField::kTopic, request.topic(), same, filters);
  AddNamed(FacetField::kLanguage, request.language(), same, filters);
  if (request.profession() != Service::PROFESSION_UNSPECIFIED) {
    filters->push_back(Filter(FacetField::kProfession, {Service::Profession_Name(request.profession())}));
  }
  if (request.advises_minors() != Service::ADVISES_MINORS_UNSPECIFIED) {
    filters->push_back(Filter(FacetField::kAdvisesMinors, {Service::AdvisesMinors_Name(request.advises_minors())}));
  }
  if (!request.land().empty()) {
    filters->push_back(Filter(FacetField::kLand, {request.land(), std::string(kNationwide)}));
  }
  if (request.has_age()) AddAge(request.age(), filters);
}

// Competent for the area, or for one around it; competent or located inside of it.
void AddArea(const AreaChain& chain, const std::string& key, std::vector<search::FacetFilter>* filters) {
  std::vector<std::string> values = {Inside(key)};
  for (const v1::Area* area : chain.areas) values.push_back(CompetentFor(area->key()));
  filters->push_back(Filter(FacetField::kArea, std::move(values)));
}

// Services whose areas of today are others than those in the index.
Roaring NotToday(const ViewVersion& version, const AreaChain& chain, const std::string& key, absl::CivilDay today) {
  Roaring out;
  for (const uint32_t slot : version.document_sets->dated_areas) {
    const Listing* listing = version.listing(slot);
    if (listing != nullptr && !IsInOrFor(version, *listing, chain, key, today)) out.add(slot);
  }
  return out;
}

std::shared_ptr<Roaring> VerifiedSince(const ViewVersion& version, absl::Time since) {
  std::vector<uint32_t> slots;
  version.verified.VisitFrom(Verified{absl::ToUnixMicros(since), 0}, [&](const Verified& item) {
    slots.push_back(item.service);
    return true;
  });
  auto services = std::make_shared<Roaring>();
  services->addMany(slots.size(), slots.data());
  return services;
}

// Makes `narrow` a condition of the plan.
void Narrow(std::shared_ptr<const Roaring> narrow, SearchPlan* plan) {
  plan->services = plan->services ? std::make_shared<const Roaring>(*plan->services & *narrow) : std::move(narrow);
}

void AddArea(const ViewVersion& version, const std::string& key, absl::CivilDay today, SearchPlan* plan) {
  if (key == kNationKey) return;  // everything is in it
  const AreaChain chain = version.places->ChainOf(key, today);
  AddArea(chain, key, &plan->filters);
  const DocumentSets& sets = *version.document_sets;
  plan->depends_on_day = !sets.dated_areas.isEmpty();
  if (!plan->depends_on_day) return;
  Narrow(std::make_shared<const Roaring>(sets.services - NotToday(version, chain, key, today)), plan);
}

search::Order OrderOf(const SearchServicesRequest& request) {
  switch (request.order_by()) {
    case SearchServicesRequest::RELEVANCE:
      return search::Order::kRelevance;
    case SearchServicesRequest::DISTANCE:
      return search::Order::kDistance;
    case SearchServicesRequest::NAME:
      return search::Order::kName;
    default:
      break;
  }
  if (!request.q().empty()) return search::Order::kRelevance;
  return request.has_near() ? search::Order::kDistance : search::Order::kName;
}

}  // namespace

absl::StatusOr<SearchPlan> PlanSearch(const ViewReading& reading, const civil::Calendar& calendar,
                                      ReachableSets& reachable, const SearchServicesRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const ViewVersion& version = *reading.version;
  SearchPlan plan{.text = request.q(), .order = OrderOf(request)};
  AddProperties(request, &plan.filters);
  plan.at_now = !request.has_reachable_at();
  plan.at = calendar.At(plan.at_now ? reading.now : TimeOf(request.reachable_at()));
  if (request.has_near()) {
    plan.near = search::Near{.centre = {request.near().latitude(), request.near().longitude()}};
    if (request.radius_m() > 0) plan.near->max_distance_m = request.radius_m();
  }
  if (!request.area().empty()) {
    AddArea(version, request.area(), civil::Calendar::DayOf(calendar.At(reading.now).day()), &plan);
  }
  if (request.has_reachable_at()) Narrow(reachable.At(version, plan.at, calendar), &plan);
  if (request.has_min_verified_time()) Narrow(VerifiedSince(version, TimeOf(request.min_verified_time())), &plan);
  return plan;
}

}  // namespace schutznetz::directory
