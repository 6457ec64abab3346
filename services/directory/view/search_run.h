// One search over the indexes of one version: pages of found services, and their counts. Internal to ServiceSearch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/directory/view/found_service.h"
#include "services/directory/view/own_index.h"
#include "services/directory/view/search_counts.h"
#include "services/directory/view/search_cursor.h"
#include "services/directory/view/search_plan.h"

namespace schutznetz::directory {

// Used by one thread for one request. Everything given must outlive it. `own` is the caller's index, of the same
// version as the reading, or null for those who see what everybody sees.
class SearchRun {
 public:
  struct Page {
    std::vector<FoundService> found;
    std::optional<SearchCursor> next;
  };

  SearchRun(const ViewReading& reading, const civil::Calendar& calendar, const v1::SearchServicesRequest& request,
            SearchPlan plan, size_t page_size, const OwnIndex* own);

  // Up to page_size services behind `after`.
  absl::StatusOr<Page> Read(const SearchCursor& after);
  // Over all pages.
  absl::StatusOr<SearchCounts> Count();

  const SearchPlan& plan() const { return plan_; }
  // Of a service that was found.
  const Listing* ListingOf(const FoundService& found) const;
  // Whether places are measured from the centre of their Kreis, because the view may be out of date.
  bool by_kreis() const { return reading_.degraded && plan_.near.has_value(); }

 private:
  struct Source {
    const search::IndexVersion* index = nullptr;
    bool own = false;
    std::shared_ptr<const Roaring> documents;  // that may be found; null: all
    std::shared_ptr<const Roaring> counted;    // the same, each service once; null: all
  };
  struct Batch {
    std::vector<FoundService> found;
    SearchCursor::Part next;
    uint32_t missed = kNothing;  // words that even the best document does not match
  };
  static constexpr uint32_t kNothing = 0xffffffff;

  Source ShownSource() const;
  Source OwnSource() const;
  std::shared_ptr<const Roaring> WithFurtherPlaces(const Roaring& services) const;
  std::shared_ptr<const Roaring> CountedNear(const std::shared_ptr<const Roaring>& documents) const;
  bool PassesByOwnFacts(const Listing& listing) const;
  search::Query QueryFor(const Source& source) const;
  bool Represents(const FoundService& found) const;
  absl::StatusOr<Batch> ReadFrom(const Source& source, const SearchCursor::Part& after, size_t limit) const;
  absl::StatusOr<Page> ReadShown(const SearchCursor& after);
  absl::StatusOr<Page> ReadBoth(const SearchCursor& after);
  absl::StatusOr<Page> ReadByKreis(const SearchCursor& after);
  absl::StatusOr<Page> ReadWithinKreise(const SearchCursor& after);
  Roaring DocumentsOutside(const Source& source, const std::vector<std::string>& kreise) const;
  void LimitToKreise(search::Query* query) const;
  absl::StatusOr<search::Result> CountIn(const Source& source) const;
  bool ComesBefore(const FoundService& a, const FoundService& b) const;

  const ViewReading& reading_;
  const ViewVersion& version_;
  const civil::Calendar& calendar_;
  const v1::SearchServicesRequest& request_;
  SearchPlan plan_;
  const OwnIndex* const own_;
  const size_t limit_;
};

}  // namespace schutznetz::directory
