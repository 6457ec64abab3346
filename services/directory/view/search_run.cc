#include "services/directory/view/search_run.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/directory/view/candidates.h"
#include "services/directory/view/kreise.h"
#include "services/directory/view/search_fields.h"
#include "services/directory/view/service_areas.h"

namespace schutznetz::directory {
namespace {

// No radius was asked for: farther than any two points are apart.
constexpr double kUnbounded = 1e9;

// What the index refuses is the text: everything else was checked before.
absl::Status Refused(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? errors::InvalidField("q", "Must have at most 16 words.") : status;
}

std::shared_ptr<const Roaring> Share(Roaring set) { return std::make_shared<const Roaring>(std::move(set)); }

}  // namespace

SearchRun::SearchRun(const ViewReading& reading, const civil::Calendar& calendar,
                     const v1::SearchServicesRequest& request, SearchPlan plan, size_t page_size, const OwnIndex* own)
    : reading_(reading),
      version_(*reading.version),
      calendar_(calendar),
      request_(request),
      plan_(std::move(plan)),
      own_(own),
      limit_(page_size) {}

const Listing* SearchRun::ListingOf(const FoundService& found) const {
  const Slot service = version_.ServiceOfDocument(found.document);
  return found.own ? own_->listing(service) : version_.listing(service);
}

// --- Which documents ---

std::shared_ptr<const Roaring> SearchRun::WithFurtherPlaces(const Roaring& services) const {
  Roaring documents = services;
  for (const uint32_t slot : services& version_.document_sets->several_places) {
    const Listing* listing = version_.listing(slot);
    for (size_t i = 1; listing != nullptr && i < listing->places.size(); ++i)
      documents.add(listing->places[i].placement);
  }
  return Share(std::move(documents));
}

// Each service once: by the place nearest to the point.
std::shared_ptr<const Roaring> SearchRun::CountedNear(const std::shared_ptr<const Roaring>& documents) const {
  const DocumentSets& sets = *version_.document_sets;
  if (sets.several_places.isEmpty()) return documents;
  Roaring counted = documents ? *documents : sets.services | sets.further_places;
  for (const uint32_t slot : sets.several_places) {
    const Listing* listing = version_.listing(slot);
    const ListedPlace* nearest = NearestPlace(*listing, plan_.near->centre);
    for (size_t i = 0; i < listing->places.size(); ++i) {
      const ListedPlace& place = listing->places[i];
      if (nearest != nullptr ? &place != nearest : i != 0) counted.remove(i == 0 ? slot : place.placement);
    }
  }
  return Share(std::move(counted));
}

SearchRun::Source SearchRun::ShownSource() const {
  const DocumentSets& sets = *version_.document_sets;
  Source source{.index = version_.shown_index.get(), .documents = plan_.services, .counted = plan_.services};
  if (own_ != nullptr && !own_->replaced->isEmpty()) {
    source.documents = Share((plan_.services ? *plan_.services : sets.services) - *own_->replaced);
    source.counted = source.documents;
  }
  const bool measured = plan_.near.has_value() && !by_kreis();
  if (!measured && !source.documents && !sets.further_places.isEmpty()) {
    source.documents = std::shared_ptr<const Roaring>(version_.document_sets, &sets.services);
    source.counted = source.documents;
  }
  if (!measured) return source;
  if (source.documents) source.documents = WithFurtherPlaces(*source.documents);
  const bool bounded = plan_.near->max_distance_m < kUnbounded;
  if (bounded) {
    source.counted = CountedNear(source.documents);
  } else if (!source.counted && !sets.further_places.isEmpty()) {
    source.counted = std::shared_ptr<const Roaring>(version_.document_sets, &sets.services);
  }
  return source;
}

bool SearchRun::PassesByOwnFacts(const Listing& listing) const {
  if (request_.has_reachable_at() &&
      BestCallsAt(listing, plan_.at, calendar_).reachability.state != v1::Reachability::REACHABLE) {
    return false;
  }
  if (request_.has_min_verified_time() &&
      TimeOf(listing.service.verify_time()) < TimeOf(request_.min_verified_time())) {
    return false;
  }
  if (request_.area().empty() || request_.area() == kNationKey) return true;
  const absl::CivilDay today = civil::Calendar::DayOf(calendar_.At(reading_.now).day());
  return IsInOrFor(version_, listing, version_.places->ChainOf(request_.area(), today), request_.area(), today);
}

SearchRun::Source SearchRun::OwnSource() const {
  Source source{.index = own_->index.get(), .own = true};
  if (!plan_.near && !plan_.services && request_.area().empty()) {
    source.documents = source.counted = own_->services;
    return source;
  }
  Roaring documents;
  for (const uint32_t document : own_->index->Select({})) {
    const Slot service = version_.ServiceOfDocument(document);
    const Listing* listing = own_->listing(service);
    if (listing == nullptr || !PassesByOwnFacts(*listing)) continue;
    const ListedPlace* place = plan_.near ? NearestPlace(*listing, plan_.near->centre) : nullptr;
    if (place == nullptr && !listing->places.empty()) place = &listing->places.front();
    const bool first = place == nullptr || place == &listing->places.front();
    if (document == (first ? service : place->placement)) documents.add(document);
  }
  source.documents = Share(std::move(documents));
  source.counted = source.documents;
  return source;
}

// --- Reading ---

search::Query SearchRun::QueryFor(const Source& source) const {
  search::Query query;
  query.text = plan_.text;
  query.filters = plan_.filters;
  query.slots = source.documents.get();
  query.near = plan_.near;
  query.order = plan_.order;
  return query;
}

// Of a service with several places only the nearest counts.
bool SearchRun::Represents(const FoundService& found) const {
  if (!plan_.near || found.own) return true;
  const DocumentSets& sets = *version_.document_sets;
  if (!sets.further_places.contains(found.document) && !sets.several_places.contains(found.document)) return true;
  const Slot service = version_.ServiceOfDocument(found.document);
  const Listing* listing = version_.listing(service);
  const ListedPlace* nearest = NearestPlace(*listing, plan_.near->centre);
  if (nearest == nullptr || nearest == &listing->places.front()) return found.document == service;
  return found.document == nearest->placement;
}

absl::StatusOr<SearchRun::Batch> SearchRun::ReadFrom(const Source& source, const SearchCursor::Part& after,
                                                     size_t limit) const {
  Batch batch{.next = after};
  search::Query query = QueryFor(source);
  while (batch.found.size() < limit && !batch.next.ended) {
    query.limit = limit - batch.found.size();
    query.after = batch.next.after;
    absl::StatusOr<search::Result> result = source.index->Search(query);
    if (!result.ok()) return Refused(result.status());
    if (result->total > 0) batch.missed = result->terms - result->required;
    for (const search::Hit& hit : result->hits) {
      const FoundService found{hit.slot, hit.key, hit.score, hit.distance_m, source.own};
      if (Represents(found)) batch.found.push_back(found);
    }
    batch.next.after = std::move(result->next);
    batch.next.ended = !batch.next.after.has_value();
  }
  return batch;
}

absl::StatusOr<SearchRun::Page> SearchRun::ReadShown(const SearchCursor& after) {
  ASSIGN_OR_RETURN(Batch batch, ReadFrom(ShownSource(), after.shown, limit_));
  Page page{.found = std::move(batch.found)};
  if (!batch.next.ended) page.next = SearchCursor{.shown = std::move(batch.next)};
  return page;
}

bool SearchRun::ComesBefore(const FoundService& a, const FoundService& b) const {
  const auto distance = [](const FoundService& found) { return found.distance_m < 0 ? 1e12 : found.distance_m; };
  if (plan_.order == search::Order::kRelevance && a.score != b.score) return a.score > b.score;
  if (plan_.order == search::Order::kDistance && distance(a) != distance(b)) return distance(a) < distance(b);
  if (plan_.order == search::Order::kName) {
    const auto name = [&](const FoundService& found) -> std::string_view {
      const Listing* listing = ListingOf(found);
      return listing == nullptr ? std::string_view() : std::string_view(listing->service.display_name());
    };
    if (name(a) != name(b)) return name(a) < name(b);
  }
  return a.key < b.key;
}

// Two sources that never hold the same service: both pages are read, the first of both together are kept, and each is
// asked once more for where exactly its part of the page ended. A source whose documents miss more of the words than
// those of the other gives nothing, as it would be in one index.
absl::StatusOr<SearchRun::Page> SearchRun::ReadBoth(const SearchCursor& after) {
  const Source shown_source = ShownSource();
  const Source own_source = OwnSource();
  ASSIGN_OR_RETURN(const Batch shown, ReadFrom(shown_source, after.shown, limit_));
  ASSIGN_OR_RETURN(const Batch own, ReadFrom(own_source, after.own, limit_));
  SearchCursor next = after;
  if (own.missed < shown.missed) next.shown = {.ended = true};
  if (shown.missed < own.missed) next.own = {.ended = true};
  const auto none = std::vector<FoundService>();
  const std::vector<FoundService>& from_shown = next.shown.ended ? none : shown.found;
  const std::vector<FoundService>& from_own = next.own.ended ? none : own.found;
  Page page;
  std::merge(from_own.begin(), from_own.end(), from_shown.begin(), from_shown.end(), std::back_inserter(page.found),
             [this](const FoundService& a, const FoundService& b) { return ComesBefore(a, b); });
  if (page.found.size() > limit_) page.found.resize(limit_);
  const size_t taken = static_cast<size_t>(
      std::count_if(page.found.begin(), page.found.end(), [](const FoundService& found) { return found.own; }));
  ASSIGN_OR_RETURN(Batch own_part, ReadFrom(own_source, next.own, taken));
  ASSIGN_OR_RETURN(Batch shown_part, ReadFrom(shown_source, next.shown, page.found.size() - taken));
  next.own = std::move(own_part.next);
  next.shown = std::move(shown_part.next);
  const bool more = page.found.size() == limit_ && !(next.own.ended && next.shown.ended);
  if (more) page.next = std::move(next);
  return page;
}

// Not by distance, but perhaps within a radius: as far as the centres of the Kreise tell.
absl::StatusOr<SearchRun::Page> SearchRun::ReadWithinKreise(const SearchCursor& after) {
  const Source source = ShownSource();
  search::Query query = QueryFor(source);
  LimitToKreise(&query);
  query.limit = limit_;
  query.after = after.shown.after;
  absl::StatusOr<search::Result> result = source.index->Search(query);
  if (!result.ok()) return Refused(result.status());
  Page page;
  for (const search::Hit& hit : result->hits) page.found.push_back({hit.slot, hit.key, hit.score});
  if (result->next) page.next = SearchCursor{.by_kreis = true, .shown = {.after = std::move(result->next)}};
  return page;
}

// Kreis by Kreis, the one with the nearest centre first; those without a place come last.
absl::StatusOr<SearchRun::Page> SearchRun::ReadByKreis(const SearchCursor& after) {
  const double radius_m = plan_.near->max_distance_m;
  const std::vector<std::string> kreise = KreiseByDistance(*version_.places, plan_.near->centre, radius_m);
  const size_t stages = kreise.size() + (radius_m < kUnbounded ? 0 : 1);
  const Source source = ShownSource();
  const Roaring elsewhere = DocumentsOutside(source, kreise);
  Page page;
  SearchCursor at{.by_kreis = true, .kreis = after.kreis, .shown = after.shown};
  for (; at.kreis < stages && page.found.size() < limit_; ++at.kreis, at.shown = {}) {
    search::Query query = QueryFor(source);
    query.near.reset();
    query.order = search::Order::kRelevance;
    query.limit = limit_ - page.found.size();
    query.after = at.shown.after;
    if (at.kreis < kreise.size()) {
      query.filters.push_back({IdOf(FacetField::kKreis), {kreise[at.kreis]}});
    } else {
      query.slots = &elsewhere;
    }
    absl::StatusOr<search::Result> result = source.index->Search(query);
    if (!result.ok()) return Refused(result.status());
    for (const search::Hit& hit : result->hits) page.found.push_back({hit.slot, hit.key, hit.score});
    if (!result->next) continue;
    at.shown.after = std::move(result->next);
    break;
  }
  if (at.kreis < stages) page.next = std::move(at);
  return page;
}

Roaring SearchRun::DocumentsOutside(const Source& source, const std::vector<std::string>& kreise) const {
  const Roaring inside = source.index->Select({{IdOf(FacetField::kKreis), kreise}});
  return (source.documents ? *source.documents : version_.document_sets->services) - inside;
}

void SearchRun::LimitToKreise(search::Query* query) const {
  const search::Near near = *plan_.near;
  query->near.reset();
  if (near.max_distance_m >= kUnbounded) return;
  query->filters.push_back(
      {IdOf(FacetField::kKreis), KreiseByDistance(*version_.places, near.centre, near.max_distance_m)});
}

absl::StatusOr<SearchRun::Page> SearchRun::Read(const SearchCursor& after) {
  if (by_kreis() != after.by_kreis && (after.shown.after || after.by_kreis)) return errors::PageTokenInvalid();
  if (by_kreis()) return plan_.order == search::Order::kDistance ? ReadByKreis(after) : ReadWithinKreise(after);
  return own_ != nullptr ? ReadBoth(after) : ReadShown(after);
}

// --- Counting ---

absl::StatusOr<search::Result> SearchRun::CountIn(const Source& source) const {
  search::Query query = QueryFor(source);
  query.slots = source.counted.get();
  query.limit = 0;
  query.order = search::Order::kRelevance;
  if (by_kreis()) LimitToKreise(&query);
  if (query.near && query.near->max_distance_m >= kUnbounded) query.near.reset();
  for (size_t facet = 0; facet < kShownFacets; ++facet) query.facets.push_back(static_cast<search::FacetId>(facet));
  absl::StatusOr<search::Result> result = source.index->Search(query);
  if (!result.ok()) return Refused(result.status());
  return result;
}

absl::StatusOr<SearchCounts> SearchRun::Count() {
  SearchCounts counts;
  ASSIGN_OR_RETURN(const search::Result shown, CountIn(ShownSource()));
  if (own_ == nullptr) {
    counts.Add(shown);
    return counts;
  }
  ASSIGN_OR_RETURN(const search::Result own, CountIn(OwnSource()));
  const auto gives_way = [](const search::Result& result, const search::Result& other) {
    return other.total > 0 && other.terms - other.required < result.terms - result.required;
  };
  if (!gives_way(shown, own)) counts.Add(shown);
  if (!gives_way(own, shown)) counts.Add(own);
  counts.tells_own =
      !gives_way(own, shown) && std::any_of(own.facets.begin(), own.facets.end(),
                                            [](const search::FacetCounts& facet) { return !facet.values.empty(); });
  return counts;
}

}  // namespace schutznetz::directory
