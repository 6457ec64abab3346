#include "services/events/view/event_search.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "roaring/roaring.hh"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/common/view/append_field.h"
#include "services/common/view/search_cursor_part.h"
#include "services/common/wire/codec.h"
#include "services/events/view/event_documents.h"
#include "services/events/view/event_reads.h"

namespace schutznetz::events {
namespace {

using v1::Event;
using v1::SearchEventsRequest;
using v1::SearchEventsResponse;
using view::AppendBytes;
using view::AppendNumber;
using view::SearchCursorPart;

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// What index a hit comes from: that of everybody, or that of the caller's sight.
struct FoundEvent {
  search::Hit hit;
  bool own = false;
};

struct EventCursor {
  enum Field { kShown = 1, kOwn = 2 };
  SearchCursorPart shown, own;

  std::string Encode() const {
    std::string bytes;
    AppendBytes(kShown, view::EncodeCursorPart(shown), &bytes);
    AppendBytes(kOwn, view::EncodeCursorPart(own), &bytes);
    return bytes;
  }
  static std::optional<EventCursor> Decode(std::string_view bytes) {
    EventCursor cursor;
    wire::WireReader reader(bytes);
    for (wire::WireValue value; !reader.done();) {
      if (!reader.Next(&value) || (value.number != kShown && value.number != kOwn)) return std::nullopt;
      if (!view::DecodeCursorPart(value.bytes, value.number == kShown ? &cursor.shown : &cursor.own)) {
        return std::nullopt;
      }
    }
    return cursor;
  }
};

search::FacetFilter FilterBy(EventFacetField facet, std::vector<std::string> values) {
  return {IdOf(facet), std::move(values)};
}

template <typename Names, typename Values>
void AddEnumFilter(EventFacetField facet, const Values& values, Names name, std::vector<search::FacetFilter>* filters) {
  if (values.empty()) return;
  std::vector<std::string> texts;
  for (const int value : values) texts.push_back(name(value));
  filters->push_back(FilterBy(facet, std::move(texts)));
}

void AddTextFilter(EventFacetField facet, const std::string& value, std::vector<search::FacetFilter>* filters) {
  if (!value.empty()) filters->push_back(FilterBy(facet, {value}));
}

std::vector<search::FacetFilter> FiltersOf(const SearchEventsRequest& request) {
  std::vector<search::FacetFilter> filters;
  AddEnumFilter(
      EventFacetField::kType, request.type(),
      [](int value) { return Event::Type_Name(static_cast<Event::Type>(value)); }, &filters);
  AddEnumFilter(
      EventFacetField::kAttendance, request.attendance(),
      [](int value) { return Event::Attendance_Name(static_cast<Event::Attendance>(value)); }, &filters);
  std::vector<std::string> states = {"PUBLISHED", "CANCELLED"};
  if (!request.state().empty()) states.clear();
  for (const int state : request.state()) states.push_back(Event::State_Name(static_cast<Event::State>(state)));
  filters.push_back(FilterBy(EventFacetField::kState, std::move(states)));
  if (!request.land().empty()) {
    filters.push_back(FilterBy(EventFacetField::kLand, {request.land(), std::string(kNationwideValue)}));
  }
  if (request.profession() != common::v1::Profession::PROFESSION_UNSPECIFIED) {
    AddTextFilter(EventFacetField::kProfession, common::v1::Profession::Code_Name(request.profession()), &filters);
  }
  std::vector<std::string> languages;
  for (const std::string& language : request.language()) languages.push_back(absl::AsciiStrToLower(language));
  if (!languages.empty()) filters.push_back(FilterBy(EventFacetField::kLanguage, std::move(languages)));
  AddTextFilter(EventFacetField::kSeries, request.series(), &filters);
  AddTextFilter(EventFacetField::kNetwork, request.network(), &filters);
  AddTextFilter(EventFacetField::kOrganizer, request.organizer(), &filters);
  if (request.certificate()) filters.push_back(FilterBy(EventFacetField::kCertificate, {std::string(kHasCertificate)}));
  return filters;
}

// One search: which events, in which order, over both indexes.
class EventSearchRun {
 public:
  EventSearchRun(const EventsReading& reading, const SearchEventsRequest& request, size_t limit,
                 const search::IndexVersion* own)
      : reading_(reading), request_(request), limit_(limit), own_(own), filters_(FiltersOf(request)) {
    const bool by_words = request.order_by() == SearchEventsRequest::RELEVANCE ||
                          (request.order_by() == SearchEventsRequest::ORDER_BY_UNSPECIFIED && !request.q().empty());
    order_ = by_words ? search::Order::kRelevance : search::Order::kName;
    ChooseByTime();
  }

  absl::StatusOr<std::vector<FoundEvent>> Read(const EventCursor& after, std::optional<EventCursor>* next) const;
  absl::StatusOr<std::vector<search::Result>> Count() const;
  absl::Time valid_until() const { return valid_until_; }

 private:
  struct Batch {
    std::vector<FoundEvent> found;
    SearchCursorPart next;
    uint32_t missed = 0;
  };

  void ChooseByTime();
  bool HasPlacesFree(const EventEntry& entry);
  search::Query QueryFor() const;
  absl::StatusOr<search::Result> Ask(const search::IndexVersion& index, const search::Query& query) const;
  absl::StatusOr<Batch> ReadFrom(bool own, const SearchCursorPart& after, size_t limit) const;
  bool ComesBefore(const FoundEvent& a, const FoundEvent& b) const;

  const EventsReading& reading_;
  const SearchEventsRequest& request_;
  const size_t limit_;
  const search::IndexVersion* const own_;
  const std::vector<search::FacetFilter> filters_;
  search::Order order_ = search::Order::kRelevance;
  Roaring slots_;  // that fit by time and places
  absl::Time valid_until_ = absl::InfiniteFuture();
};

bool EventSearchRun::HasPlacesFree(const EventEntry& entry) {
  const SeatsNow seats = SeatsAt(entry.event, entry.seats, reading_.now);
  valid_until_ = std::min(valid_until_, seats.changes_at);
  return seats.state == v1::Seats::PLACES_FREE;
}

// Hidden events take no part where there is no index of them: not even in how long the answer is good.
void EventSearchRun::ChooseByTime() {
  const bool from_now = !request_.has_end_after() && !request_.has_start_before();
  TimeItem from = {std::numeric_limits<int64_t>::min(), kNoLimit, std::numeric_limits<Slot>::max()};
  if (request_.has_end_after()) from.end_us = absl::ToUnixMicros(TimeOf(request_.end_after()));
  if (from_now) from.end_us = absl::ToUnixMicros(reading_.now);
  const int64_t before_us =
      request_.has_start_before() ? absl::ToUnixMicros(TimeOf(request_.start_before())) : kNoLimit;
  reading_.version->times.VisitFrom(from, [&](const TimeItem& item) {
    const EventEntry* entry = reading_.version->entries.Get(item.slot);
    if (entry == nullptr || (own_ == nullptr && !entry->is_public())) return true;
    if (from_now && item.end_us != kNoLimit) valid_until_ = std::min(valid_until_, absl::FromUnixMicros(item.end_us));
    if (item.start_us >= before_us) return true;
    if (!request_.places_free() || HasPlacesFree(*entry)) slots_.add(item.slot);
    return true;
  });
}

search::Query EventSearchRun::QueryFor() const {
  search::Query query;
  query.text = request_.q();
  query.filters = filters_;
  query.slots = &slots_;
  query.order = order_;
  return query;
}

// What the index refuses is the text: everything else was checked before.
absl::StatusOr<search::Result> EventSearchRun::Ask(const search::IndexVersion& index,
                                                   const search::Query& query) const {
  absl::StatusOr<search::Result> result = index.Search(query);
  if (absl::IsInvalidArgument(result.status())) return errors::InvalidField("q", "Must have at most 16 words.");
  return result;
}

absl::StatusOr<EventSearchRun::Batch> EventSearchRun::ReadFrom(bool own, const SearchCursorPart& after,
                                                               size_t limit) const {
  Batch batch{.next = after};
  const search::IndexVersion* index = own ? own_ : reading_.version->shown_index.get();
  if (index == nullptr || after.ended) {
    batch.next.ended = true;
    return batch;
  }
  search::Query query = QueryFor();
  query.limit = limit;
  query.after = after.after;
  ASSIGN_OR_RETURN(search::Result result, Ask(*index, query));
  if (result.total > 0) batch.missed = result.terms - result.required;
  for (const search::Hit& hit : result.hits) batch.found.push_back({hit, own});
  if (limit == 0) return batch;
  batch.next.after = std::move(result.next);
  batch.next.ended = !batch.next.after.has_value();
  return batch;
}

bool EventSearchRun::ComesBefore(const FoundEvent& a, const FoundEvent& b) const {
  if (order_ == search::Order::kRelevance) {
    return a.hit.score != b.hit.score ? a.hit.score > b.hit.score : a.hit.key < b.hit.key;
  }
  const auto begin_us = [&](const FoundEvent& found) {
    const EventEntry* entry = reading_.version->entries.Get(found.hit.slot);
    return entry != nullptr && entry->event.has_start_time() ? entry->event.start_time().seconds() : kNoLimit;
  };
  const int64_t a_us = begin_us(a), b_us = begin_us(b);
  return a_us != b_us ? a_us < b_us : a.hit.key < b.hit.key;
}

// Two indexes that never hold the same event: both pages are read, the first of both together are kept, and each is
// asked once more for where exactly its part of the page ended. An index whose events miss more of the words than those
// of the other gives nothing, as it would be in one index.
absl::StatusOr<std::vector<FoundEvent>> EventSearchRun::Read(const EventCursor& after,
                                                             std::optional<EventCursor>* next) const {
  ASSIGN_OR_RETURN(Batch shown, ReadFrom(false, after.shown, limit_));
  if (own_ == nullptr) {
    if (!shown.next.ended) next->emplace().shown = std::move(shown.next);
    return std::move(shown.found);
  }
  ASSIGN_OR_RETURN(Batch own, ReadFrom(true, after.own, limit_));
  EventCursor from = after;
  if (!own.found.empty() && own.missed < shown.missed) from.shown = {.ended = true};
  if (!shown.found.empty() && shown.missed < own.missed) from.own = {.ended = true};
  if (from.shown.ended) shown.found.clear();
  if (from.own.ended) own.found.clear();
  std::vector<FoundEvent> page;
  std::merge(own.found.begin(), own.found.end(), shown.found.begin(), shown.found.end(), std::back_inserter(page),
             [this](const FoundEvent& a, const FoundEvent& b) { return ComesBefore(a, b); });
  if (page.size() > limit_) page.resize(limit_);
  const auto taken =
      static_cast<size_t>(std::count_if(page.begin(), page.end(), [](const FoundEvent& found) { return found.own; }));
  ASSIGN_OR_RETURN(Batch own_part, ReadFrom(true, from.own, taken));
  ASSIGN_OR_RETURN(Batch shown_part, ReadFrom(false, from.shown, page.size() - taken));
  const EventCursor end = {.shown = std::move(shown_part.next), .own = std::move(own_part.next)};
  if (page.size() == limit_ && !(end.shown.ended && end.own.ended)) *next = end;
  return page;
}

absl::StatusOr<std::vector<search::Result>> EventSearchRun::Count() const {
  search::Query query = QueryFor();
  query.limit = 0;
  query.order = search::Order::kRelevance;
  for (size_t facet = 0; facet < kEventFacetNames.size(); ++facet) {
    query.facets.push_back(static_cast<search::FacetId>(facet));
  }
  std::vector<search::Result> results;
  ASSIGN_OR_RETURN(results.emplace_back(), Ask(*reading_.version->shown_index, query));
  if (own_ == nullptr) return results;
  ASSIGN_OR_RETURN(search::Result own, Ask(*own_, query));
  const search::Result& shown = results.front();
  const auto missed = [](const search::Result& result) { return result.terms - result.required; };
  if (own.total == 0 || (shown.total > 0 && missed(shown) < missed(own))) return results;
  if (shown.total > 0 && missed(own) < missed(shown)) results.clear();
  results.push_back(std::move(own));
  return results;
}

// Facets of both indexes together, most frequent first, then by value.
void AppendCounts(const std::vector<search::Result>& results, std::string* bytes) {
  uint64_t total = 0;
  for (const search::Result& result : results) total += result.total;
  for (size_t facet = 0; facet < kEventFacetNames.size(); ++facet) {
    std::vector<search::FacetCount> values;
    for (const search::Result& result : results) {
      for (const search::FacetCounts& counts : result.facets) {
        if (counts.facet != facet) continue;
        for (const search::FacetCount& value : counts.values) {
          const auto same = std::find_if(values.begin(), values.end(),
                                         [&](const search::FacetCount& known) { return known.value == value.value; });
          if (same == values.end()) {
            values.push_back(value);
          } else {
            same->count += value.count;
          }
        }
      }
    }
    std::sort(values.begin(), values.end(),
              [](const auto& a, const auto& b) { return a.count != b.count ? a.count > b.count : a.value < b.value; });
    v1::EventFacet told;
    told.set_field(std::string(kEventFacetNames[facet]));
    for (const search::FacetCount& value : values) {
      if (value.value.empty()) continue;  // nationwide: no value a request could name
      auto* one = told.add_values();
      one->set_value(value.value);
      one->set_count(static_cast<int64_t>(value.count));
    }
    view::AppendMessage(SearchEventsResponse::kFacetsFieldNumber, told, bytes);
  }
  AppendNumber(SearchEventsResponse::kTotalSizeFieldNumber, total, bytes);
}

absl::Status AppendHits(const EventsReading& reading, const wire::MessageTable& table,
                        const std::vector<FoundEvent>& found, const access::Caller& caller, EventSearchPage* page) {
  for (const FoundEvent& one : found) {
    const EventEntry* entry = reading.version->entries.Get(one.hit.slot);
    if (entry == nullptr) continue;
    ASSIGN_OR_RETURN(SeenEvent seen, See(reading, table, *entry, caller));
    if (seen.bytes.empty()) continue;
    const SeatsNow now = SeatsAt(entry->event, entry->seats, reading.now);
    page->valid_until = std::min(page->valid_until, now.changes_at);
    v1::Seats seats;
    seats.set_state(now.state);
    std::string hit;
    AppendBytes(v1::EventHit::kEventFieldNumber, seen.bytes, &hit);
    view::AppendMessage(v1::EventHit::kSeatsFieldNumber, seats, &hit);
    view::AppendFloat(v1::EventHit::kScoreFieldNumber, static_cast<float>(one.hit.score), &hit);
    AppendBytes(SearchEventsResponse::kHitsFieldNumber, hit, &page->bytes);
    AppendDisclosed(*entry, std::move(seen.disclosed), &page->disclosed);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EventSearchPage> EventSearch::Search(const EventsReading& reading, const SearchEventsRequest& request,
                                                    size_t page_size, const access::Caller& caller,
                                                    std::string_view after) {
  RETURN_IF_ERROR(CheckAge(reading, caller));
  std::shared_ptr<const search::IndexVersion> own;
  if (!record::SeesOnlyPublic(caller)) {
    ASSIGN_OR_RETURN(own, own_.For(caller, reading, view_.table()));
  }
  EventCursor cursor;
  if (!after.empty()) {
    std::optional<EventCursor> decoded = EventCursor::Decode(after);
    if (!decoded) return errors::PageTokenInvalid();
    cursor = *std::move(decoded);
  }
  EventSearchRun run(reading, request, page_size, own.get());
  std::optional<EventCursor> next;
  ASSIGN_OR_RETURN(const std::vector<FoundEvent> found, run.Read(cursor, &next));
  ASSIGN_OR_RETURN(const std::vector<search::Result> counts, run.Count());
  EventSearchPage page;
  page.valid_until = run.valid_until();
  RETURN_IF_ERROR(AppendHits(reading, view_.table(), found, caller, &page));
  AppendCounts(counts, &page.bytes);
  if (next) page.next = next->Encode();
  return page;
}

}  // namespace schutznetz::events
