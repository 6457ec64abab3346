#include "services/directory/view/service_search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/common/view/append_field.h"
#include "services/common/wire/codec.h"
#include "services/directory/view/candidates.h"
#include "services/directory/view/record_reads.h"
#include "services/directory/view/search_run.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;
using view::AppendDouble;
using view::AppendFloat;
using view::AppendHead;
using view::AppendMessage;
using view::AppendNumber;
using view::AppendTime;
using view::Prefetch;

using v1::SearchHit;
using v1::SearchServicesRequest;

constexpr absl::Duration kAskAgain = absl::Seconds(5);

// Writes hits as the response holds them.
class HitWriter {
 public:
  HitWriter(const ViewReading& reading, const DirectoryView& view, const access::Caller& caller, bool names_only,
            SearchRun& run)
      : reading_(reading),
        version_(*reading.version),
        view_(view),
        caller_(caller),
        names_only_(names_only),
        run_(run) {}

  absl::Status AppendAll(const std::vector<FoundService>& found, SearchPage* page);

 private:
  void Fetch(const std::vector<FoundService>& found) const;
  absl::Status Append(const FoundService& found, SearchPage* page);
  absl::StatusOr<SeenRecord> See(const Entry& entry) const;
  absl::StatusOr<SeenRecord> Tell(const Entry& entry, std::string* names, SearchPage* page) const;
  const ListedPlace* ShownPlace(const FoundService& found, const Listing& listing) const;

  const ViewReading& reading_;
  const ViewVersion& version_;
  const DirectoryView& view_;
  const access::Caller& caller_;
  const bool names_only_;
  SearchRun& run_;
  std::string service_names_, location_names_, rest_;  // of one hit; kept for their room
};

constexpr uint32_t kNameField = v1::Service::kNameFieldNumber;
constexpr uint32_t kDisplayNameField = v1::Service::kDisplayNameFieldNumber;
static_assert(kNameField == v1::Location::kNameFieldNumber &&
              kDisplayNameField == v1::Location::kDisplayNameFieldNumber);

// The fields of a service or location that the view NAMES tells.
void CopyNames(std::string_view record, std::string* names) {
  names->clear();
  wire::WireReader reader(record);
  for (wire::WireValue value; !reader.done();) {
    const char* begin = reader.position();
    if (!reader.Next(&value) || value.number > kDisplayNameField) return;  // they are in the order of their numbers
    if (value.number == kNameField || value.number == kDisplayNameField) names->append(begin, reader.position());
  }
}

// Bytes of a field with a number below 16.
size_t SizeOfField(size_t size) { return 1 + static_cast<size_t>(wire::VarintSize(size)) + size; }

absl::StatusOr<SeenRecord> HitWriter::See(const Entry& entry) const {
  if (record::SeesOnlyPublic(caller_)) {
    // The page is written while the version is held.
    if (const std::string* held = ShownAsHeld(reading_, entry)) return SeenRecord{*held, nullptr, {}};
    return ShownNow(reading_, view_.tables(), entry);
  }
  return ReadRecord(reading_, view_.tables(), entry.kind, entry.name, caller_);
}

// Of what the caller sees, what the request asks for; `names` holds it where that is not all.
absl::StatusOr<SeenRecord> HitWriter::Tell(const Entry& entry, std::string* names, SearchPage* page) const {
  ASSIGN_OR_RETURN(SeenRecord seen, See(entry));
  if (names_only_) {
    CopyNames(seen.bytes, names);
    seen.bytes = *names;
    // A distance tells the point it was measured to.
    const bool measured = entry.kind == Kind::kLocation && run_.plan().near.has_value();
    std::erase_if(seen.disclosed, [measured](const std::string& field) {
      return field != "name" && field != "display_name" && !(measured && field == "point");
    });
  }
  AppendDisclosed(entry, std::move(seen.disclosed), &page->disclosed);
  return seen;
}

// Where it is, as far as the caller may know: a withheld address leaves the distance from the centre of its Kreis.
const ListedPlace* HitWriter::ShownPlace(const FoundService& found, const Listing& listing) const {
  return reading_.degraded && !listing.authority ? nullptr : PlaceOf(listing, found.document);
}

absl::Status HitWriter::Append(const FoundService& found, SearchPage* page) {
  const Slot slot = version_.ServiceOfDocument(found.document);
  const Entry* service = version_.entry(slot);
  const Listing* listing = run_.ListingOf(found);
  if (service == nullptr || listing == nullptr) return errors::Internal("the index holds a service the view does not");
  ASSIGN_OR_RETURN(const SeenRecord told, Tell(*service, &service_names_, page));
  const ListedPlace* place = ShownPlace(found, *listing);
  const Entry* location = place == nullptr ? nullptr : version_.entry(place->location);
  SeenRecord where;
  if (location != nullptr) {
    ASSIGN_OR_RETURN(where, Tell(*location, &location_names_, page));
  }
  rest_.clear();
  if (place != nullptr && found.distance_m >= 0) {
    AppendDouble(SearchHit::kDistanceMFieldNumber, found.distance_m, &rest_);
    AppendNumber(SearchHit::kDistanceApproximateFieldNumber, place->approximate ? 1 : 0, &rest_);
  }
  if (!names_only_) {
    const BestCalls best = BestCallsAt(*listing, run_.plan().at, view_.calendar());
    AppendMessage(SearchHit::kReachabilityFieldNumber, ToProto(best.reachability), &rest_);
    if (run_.plan().at_now) page->valid_until = std::min(page->valid_until, best.changes_at);
  }
  AppendFloat(SearchHit::kScoreFieldNumber, static_cast<float>(found.score), &rest_);
  const size_t location_size = location == nullptr ? 0 : SizeOfField(where.bytes.size());
  AppendHead(v1::SearchServicesResponse::kHitsFieldNumber,
             SizeOfField(told.bytes.size()) + location_size + rest_.size(), &page->bytes);
  AppendBytes(SearchHit::kServiceFieldNumber, told.bytes, &page->bytes);
  if (location != nullptr) AppendBytes(SearchHit::kLocationFieldNumber, where.bytes, &page->bytes);
  page->bytes.append(rest_);
  return absl::OkStatus();
}

// What hits are made of lies scattered over gigabytes: asked for together it arrives together, instead of one wait for
// memory after the other.
void HitWriter::Fetch(const std::vector<FoundService>& found) const {
  const auto fetch_entry = [](const Entry* entry) {
    if (entry == nullptr) return;
    Prefetch(entry);
    Prefetch(&entry->shown);
  };
  // Names come first in a record. Of a whole one the processor itself sees that the rest follows.
  const size_t fetched = names_only_ ? 128 : 256;
  const auto fetch_shown = [fetched](const Entry* entry) {
    if (entry == nullptr) return;
    const size_t size = std::min(entry->shown.size(), fetched);
    for (size_t at = 0; at < size; at += 64) Prefetch(entry->shown.data() + at);
  };
  const auto location = [this](const FoundService& one) -> Slot {
    const Listing* listing = version_.listing(one.document);
    return listing == nullptr || listing->places.empty() ? kNoSlot : listing->places.front().location;
  };
  for (const FoundService& one : found) {
    version_.entries.PrefetchSlot(one.document);
    version_.listings.PrefetchSlot(one.document);
  }
  for (const FoundService& one : found) {
    fetch_entry(version_.entry(one.document));
    if (const Listing* listing = version_.listing(one.document)) {
      Prefetch(&listing->authority);
      Prefetch(&listing->places);
    }
  }
  for (const FoundService& one : found) {
    fetch_shown(version_.entry(one.document));
    if (const Listing* listing = version_.listing(one.document)) Prefetch(listing->places.data());
  }
  for (const FoundService& one : found) version_.entries.PrefetchSlot(location(one));
  for (const FoundService& one : found) fetch_entry(version_.entry(location(one)));
  for (const FoundService& one : found) fetch_shown(version_.entry(location(one)));
}

absl::Status HitWriter::AppendAll(const std::vector<FoundService>& found, SearchPage* page) {
  Fetch(found);
  page->bytes.reserve(found.size() * (names_only_ ? 256 : 1024) + 2048);
  for (const FoundService& one : found) RETURN_IF_ERROR(Append(one, page));
  return absl::OkStatus();
}

// What decides totals and facets: service areas begin and end with days.
std::string CountsKey(const SearchServicesRequest& request, const SearchPlan& plan, const access::Caller& caller,
                      bool degraded, int32_t day) {
  std::string key = absl::StrCat(record::SightOf(caller), "\n", degraded ? "d" : "", day, "\n");
  AppendBytes(1, plan.text, &key);
  for (const search::FacetFilter& filter : plan.filters) {
    AppendNumber(2, filter.facet + 1, &key);
    for (const std::string& value : filter.values) AppendBytes(3, value, &key);
  }
  AppendBytes(4, request.area(), &key);
  if (request.has_reachable_at()) AppendTime(5, TimeOf(request.reachable_at()), &key);
  if (request.has_min_verified_time()) AppendTime(6, TimeOf(request.min_verified_time()), &key);
  if (request.radius_m() == 0 || !plan.near) return key;
  AppendDouble(7, plan.near->centre.latitude, &key);
  AppendDouble(8, plan.near->centre.longitude, &key);
  AppendNumber(9, static_cast<uint64_t>(request.radius_m()), &key);
  return key;
}

absl::StatusOr<std::shared_ptr<const SearchCounts>> CountsOf(const ViewReading& reading,
                                                             const SearchServicesRequest& request,
                                                             const access::Caller& caller, int32_t day, SearchRun& run,
                                                             view::VersionedCache<SearchCounts>& cache) {
  std::string key = CountsKey(request, run.plan(), caller, reading.degraded, day);
  if (auto known = cache.Find(reading.version->number, key)) return known;
  ASSIGN_OR_RETURN(SearchCounts counted, run.Count());
  counted.Encode();
  auto counts = std::make_shared<const SearchCounts>(std::move(counted));
  cache.Keep(reading.version->number, std::move(key), counts);
  return counts;
}

}  // namespace

absl::StatusOr<SearchPage> ServiceSearch::Search(const ViewReading& reading, const SearchServicesRequest& request,
                                                 size_t page_size, const access::Caller& caller,
                                                 std::string_view after) {
  const bool has_rights = !record::SeesOnlyPublic(caller);
  if (reading.degraded && has_rights) return errors::TemporarilyUnavailable(kAskAgain);
  const std::shared_ptr<const OwnIndex> own = has_rights ? own_.For(caller, reading) : nullptr;
  // Somebody with the same rights has read a newer version: then it is there for this call too.
  if (own && own->version > reading.version->number) {
    return Search(view_.Read(), request, page_size, caller, after);
  }
  SearchCursor cursor;
  if (!after.empty()) {
    std::optional<SearchCursor> decoded = SearchCursor::Decode(after);
    if (!decoded) return errors::PageTokenInvalid();
    cursor = *std::move(decoded);
  }
  const civil::Calendar& calendar = view_.calendar();
  const int32_t today = calendar.At(reading.now).day();
  ASSIGN_OR_RETURN(SearchPlan plan, PlanSearch(reading, calendar, reachable_, request));
  SearchRun run(reading, calendar, request, std::move(plan), page_size, own.get());
  ASSIGN_OR_RETURN(const SearchRun::Page found, run.Read(cursor));
  ASSIGN_OR_RETURN(const std::shared_ptr<const SearchCounts> counts,
                   CountsOf(reading, request, caller, today, run, counts_));
  SearchPage page;
  if (run.plan().depends_on_day) page.valid_until = calendar.InstantOf((today + 1) * 1440);
  const bool names_only = request.view() == SearchServicesRequest::NAMES;
  RETURN_IF_ERROR(HitWriter(reading, view_, caller, names_only, run).AppendAll(found.found, &page));
  if (!names_only) page.bytes.append(counts->facet_bytes);
  AppendNumber(v1::SearchServicesResponse::kTotalSizeFieldNumber, counts->total, &page.bytes);
  if (counts->tells_own && page.disclosed.empty()) {
    page.disclosed.push_back({audit::Act::kRead, std::string(NameOf(Kind::kService)), "", {"total_size", "facets"}});
  }
  if (found.next) page.next = found.next->Encode();
  return page;
}

}  // namespace schutznetz::directory
