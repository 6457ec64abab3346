#include "services/events/view/publication_search.h"

#include <memory>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/view/append_field.h"
#include "services/common/view/search_cursor_part.h"
#include "services/common/wire/codec.h"
#include "services/events/view/publication_fields.h"
#include "services/events/view/publication_reads.h"

namespace schutznetz::events {
namespace {

using v1::SearchPublicationsRequest;
using v1::SearchPublicationsResponse;
using view::AppendBytes;
using view::AppendFloat;
using view::AppendHead;
using view::AppendNumber;

constexpr size_t kFacetValuesMax = 50;
constexpr size_t kFacetValuesAsked = kFacetValuesMax + 1;  // "for all professions" is counted but not told

// --- The query ---

template <typename Values, typename Name>
void AddFilter(PublicationFacetField facet, const Values& values, Name name, search::Query* query) {
  if (values.empty()) return;
  search::FacetFilter filter;
  filter.facet = IdOf(facet);
  for (const auto& value : values) filter.values.push_back(name(value));
  // What is for all professions is for this one.
  if (facet == PublicationFacetField::kProfession) filter.values.emplace_back(kAllProfessions);
  query->filters.push_back(std::move(filter));
}

search::Query QueryOf(const SearchPublicationsRequest& request) {
  search::Query query;
  query.text = request.q();
  const auto same = [](const std::string& value) { return value; };
  AddFilter(
      PublicationFacetField::kType, request.types(),
      [](int type) { return v1::Publication::Type_Name(static_cast<v1::Publication::Type>(type)); }, &query);
  AddFilter(PublicationFacetField::kLanguage, request.languages(), same, &query);
  AddFilter(
      PublicationFacetField::kAudience, request.audiences(),
      [](int value) { return v1::Publication::Audience_Name(static_cast<v1::Publication::Audience>(value)); }, &query);
  AddFilter(
      PublicationFacetField::kProfession, request.professions(),
      [](int code) { return common::v1::Profession::Code_Name(static_cast<common::v1::Profession::Code>(code)); },
      &query);
  AddFilter(PublicationFacetField::kSubject, request.subjects(), same, &query);
  AddFilter(PublicationFacetField::kLand, request.lands(), same, &query);
  AddFilter(PublicationFacetField::kMediaType, request.media_types(), same, &query);
  AddFilter(PublicationFacetField::kYear, request.years(), same, &query);
  const bool by_text = request.order_by() == SearchPublicationsRequest::RELEVANCE ||
                       (request.order_by() == SearchPublicationsRequest::ORDER_BY_UNSPECIFIED && !request.q().empty());
  query.order = by_text ? search::Order::kRelevance : search::Order::kName;
  return query;
}

// --- The answer ---

std::string FacetsOf(const search::Result& result) {
  std::string bytes;
  for (const search::FacetCounts& counts : result.facets) {
    std::string facet;
    AppendBytes(v1::PublicationFacet::kNameFieldNumber, kPublicationFacetNames[counts.facet], &facet);
    size_t told = 0;
    for (const search::FacetCount& count : counts.values) {
      if (count.value == kAllProfessions || told == kFacetValuesMax) continue;
      ++told;
      std::string value;
      AppendBytes(v1::PublicationFacet::Value::kValueFieldNumber, count.value, &value);
      AppendNumber(v1::PublicationFacet::Value::kCountFieldNumber, count.count, &value);
      AppendBytes(v1::PublicationFacet::kValuesFieldNumber, value, &facet);
    }
    AppendBytes(SearchPublicationsResponse::kFacetsFieldNumber, facet, &bytes);
  }
  AppendNumber(SearchPublicationsResponse::kTotalSizeFieldNumber, result.total, &bytes);
  return bytes;
}

// What decides totals and facets.
std::string CountsKey(const search::Query& query) {
  std::string key;
  AppendBytes(1, query.text, &key);
  for (const search::FacetFilter& filter : query.filters) {
    AppendNumber(2, filter.facet + 1U, &key);
    for (const std::string& value : filter.values) AppendBytes(3, value, &key);
  }
  return key;
}

absl::StatusOr<search::Result> SearchIn(const PublicationVersion& version, const search::Query& query) {
  absl::StatusOr<search::Result> result = version.index->Search(query);
  if (absl::IsInvalidArgument(result.status())) return errors::InvalidField("q", "At most 16 words.");
  return result;
}

// A hit as the response writes it.
void AppendHit(std::string_view publication, uint32_t score, std::string* bytes) {
  std::string rest;
  AppendFloat(v1::PublicationHit::kScoreFieldNumber, static_cast<float>(score), &rest);
  const size_t head = 1 + static_cast<size_t>(wire::VarintSize(publication.size()));
  AppendHead(SearchPublicationsResponse::kHitsFieldNumber, head + publication.size() + rest.size(), bytes);
  AppendBytes(v1::PublicationHit::kPublicationFieldNumber, publication, bytes);
  bytes->append(rest);
}

}  // namespace

absl::StatusOr<FoundPublications> PublicationSearch::Search(const PublicationReading& reading,
                                                            const wire::MessageTable& table,
                                                            const SearchPublicationsRequest& request, size_t page_size,
                                                            const access::Caller& caller, std::string_view after) {
  const PublicationVersion& version = *reading.version;
  search::Query query = QueryOf(request);
  std::string key = CountsKey(query);
  std::shared_ptr<const std::string> counts = counts_.Find(version.number, key);
  if (counts == nullptr) {
    query.facet_values = kFacetValuesAsked;
    for (size_t i = 0; i < kPublicationFacetNames.size(); ++i) query.facets.push_back(static_cast<search::FacetId>(i));
  }
  query.limit = page_size;
  view::SearchCursorPart from;
  if (!view::DecodeCursorPart(after, &from)) return errors::PageTokenInvalid();
  query.after = from.after;
  ASSIGN_OR_RETURN(const search::Result result, SearchIn(version, query));
  if (counts == nullptr) {
    counts = std::make_shared<const std::string>(FacetsOf(result));
    counts_.Keep(version.number, std::move(key), counts);
  }
  FoundPublications found;
  found.bytes.reserve(counts->size() + result.hits.size() * 1024);
  for (const search::Hit& hit : result.hits) {
    const PublicationEntry* entry = version.entries.Get(hit.slot);
    if (entry == nullptr) return errors::Internal("the index holds a publication the view does not");
    ASSIGN_OR_RETURN(SeenPublication seen, See(reading, table, *entry, caller));
    AppendHit(seen.bytes, hit.score, &found.bytes);
    AppendDisclosed(*entry, std::move(seen.disclosed), &found.disclosed);
  }
  found.bytes.append(*counts);
  if (result.next) found.next = view::EncodeCursorPart({result.next, false});
  return found;
}

}  // namespace schutznetz::events
