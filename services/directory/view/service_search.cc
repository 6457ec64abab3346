#include "services/directory/view/service_search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/directory/view/append_field.h"
#include "services/directory/view/candidates.h"
#include "services/directory/view/record_reads.h"
#include "services/directory/view/search_run.h"

namespace schutznetz::directory {
namespace {

using v1::SearchHit;
using v1::SearchServicesRequest;

constexpr absl::Duration kAskAgain = absl::Seconds(5);

// Writes hits as the response holds them.
class HitWriter {
 public:
  HitWriter(const ViewReading& reading, const DirectoryView& view, const access::Caller& caller, SearchRun& run)
      : reading_(reading), version_(*reading.version), view_(view), caller_(caller), run_(run) {}

  absl::Status Append(const FoundService& found, SearchPage* page);

 private:
  absl::StatusOr<SeenRecord> See(const Entry& entry) const;
  absl::Status AppendPlace(const FoundService& found, const Listing& listing, SearchPage* page, std::string* hit) const;

  const ViewReading& reading_;
  const ViewVersion& version_;
  const DirectoryView& view_;
  const access::Caller& caller_;
  SearchRun& run_;
};

absl::StatusOr<SeenRecord> HitWriter::See(const Entry& entry) const {
  if (caller_.is_public()) return ShownNow(reading_, view_.tables(), entry);
  return ReadRecord(reading_, view_.tables(), entry.kind, entry.name, caller_);
}

// Where it is, as far as the caller may know: a withheld address leaves the distance from the centre of its Kreis.
absl::Status HitWriter::AppendPlace(const FoundService& found, const Listing& listing, SearchPage* page,
                                    std::string* hit) const {
  const ListedPlace* place = PlaceOf(listing, found.document);
  if (place == nullptr || (reading_.degraded && !listing.authority)) return absl::OkStatus();
  if (const Entry* location = version_.entry(place->location)) {
    ASSIGN_OR_RETURN(SeenRecord seen, See(*location));
    AppendBytes(SearchHit::kLocationFieldNumber, seen.bytes, hit);
    AppendDisclosed(*location, std::move(seen.disclosed), &page->disclosed);
  }
  if (found.distance_m < 0) return absl::OkStatus();
  AppendDouble(SearchHit::kDistanceMFieldNumber, found.distance_m, hit);
  AppendNumber(SearchHit::kDistanceApproximateFieldNumber, place->approximate ? 1 : 0, hit);
  return absl::OkStatus();
}

absl::Status HitWriter::Append(const FoundService& found, SearchPage* page) {
  const Slot slot = version_.ServiceOfDocument(found.document);
  const Entry* service = version_.entry(slot);
  const Listing* listing = found.every_fact ? run_.full_listings().Of(slot) : version_.listing(slot);
  if (service == nullptr || listing == nullptr) return errors::Internal("the index holds a service the view does not");
  ASSIGN_OR_RETURN(SeenRecord seen, See(*service));
  std::string hit;
  hit.reserve(seen.bytes.size() + 1024);
  AppendBytes(SearchHit::kServiceFieldNumber, seen.bytes, &hit);
  AppendDisclosed(*service, std::move(seen.disclosed), &page->disclosed);
  RETURN_IF_ERROR(AppendPlace(found, *listing, page, &hit));
  const BestCalls best = BestCallsAt(*listing, run_.plan().at, view_.calendar());
  AppendMessage(SearchHit::kReachabilityFieldNumber, ToProto(best.reachability), &hit);
  AppendFloat(SearchHit::kScoreFieldNumber, static_cast<float>(found.score), &hit);
  AppendBytes(v1::SearchServicesResponse::kHitsFieldNumber, hit, &page->bytes);
  if (run_.plan().at_now) page->valid_until = std::min(page->valid_until, best.changes_at);
  return absl::OkStatus();
}

// What decides totals and facets: service areas begin and end with days.
std::string CountsKey(const SearchServicesRequest& request, const access::Caller& caller, bool degraded, int32_t day) {
  SearchServicesRequest key = request;
  key.clear_page_token();
  key.clear_page_size();
  key.clear_order_by();
  if (key.radius_m() == 0) key.clear_near();
  return absl::StrCat(key.SerializeAsString(), caller.is_local_operator() ? "+" : "-", degraded ? "d" : "", day);
}

absl::StatusOr<std::shared_ptr<const SearchCounts>> CountsOf(const ViewReading& reading,
                                                             const SearchServicesRequest& request,
                                                             const access::Caller& caller, int32_t day, SearchRun& run,
                                                             SearchCountsCache& cache) {
  std::string key = CountsKey(request, caller, reading.degraded, day);
  if (auto known = cache.Find(reading.version->number, key)) return known;
  ASSIGN_OR_RETURN(SearchCounts counted, run.Count());
  auto counts = std::make_shared<const SearchCounts>(std::move(counted));
  cache.Keep(reading.version->number, std::move(key), counts);
  return counts;
}

}  // namespace

absl::StatusOr<SearchPage> ServiceSearch::Search(const ViewReading& reading, const SearchServicesRequest& request,
                                                 const access::Caller& caller, std::string_view after) {
  if (reading.degraded && !caller.is_public()) return errors::TemporarilyUnavailable(kAskAgain);
  SearchCursor cursor;
  if (!after.empty()) {
    std::optional<SearchCursor> decoded = SearchCursor::Decode(after);
    if (!decoded) return errors::PageTokenInvalid();
    cursor = *std::move(decoded);
  }
  const civil::Calendar& calendar = view_.calendar();
  const int32_t today = calendar.At(reading.now).day();
  ASSIGN_OR_RETURN(SearchPlan plan, PlanSearch(reading, calendar, reachable_, request));
  SearchRun run(reading, calendar, request, std::move(plan), caller.is_local_operator());
  ASSIGN_OR_RETURN(const SearchRun::Page found, run.Read(cursor));
  ASSIGN_OR_RETURN(const std::shared_ptr<const SearchCounts> counts,
                   CountsOf(reading, request, caller, today, run, counts_));
  SearchPage page;
  if (run.plan().depends_on_day) page.valid_until = calendar.InstantOf((today + 1) * 1440);
  HitWriter writer(reading, view_, caller, run);
  for (const FoundService& service : found.found) RETURN_IF_ERROR(writer.Append(service, &page));
  counts->AppendTo(&page.bytes);
  if (found.next) page.next = found.next->Encode();
  return page;
}

}  // namespace schutznetz::directory
