// Search for services: which ones, in which order, with which counts.
//
// Everybody searches the public index only. Callers with rights also search a small index of the services that they
// know by other facts than everybody (own_index.h); a service stands in one of the two for each caller.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/directory/v1/search.pb.h"
#include "services/common/access/caller.h"
#include "services/common/audit/entry.h"
#include "services/common/view/versioned_cache.h"
#include "services/directory/view/directory_view.h"
#include "services/directory/view/own_index.h"
#include "services/directory/view/reachable_sets.h"
#include "services/directory/view/search_counts.h"

namespace schutznetz::directory {

// A page of the answer. The response is: bytes, next_page_token, as_of, degraded.
struct SearchPage {
  std::string bytes;  // hits, facets and total, as far as the request's view tells them
  std::string next;   // what the page token holds; empty on the last page
  absl::Time valid_until = absl::InfiniteFuture();
  std::vector<audit::Fact> disclosed;  // of each record that tells more than everybody sees
};

// Thread safe. `view` must outlive it.
class ServiceSearch {
 public:
  explicit ServiceSearch(const DirectoryView& view) : view_(view), own_(view) {}

  // At most `page_size` hits. `after` is the content of the request's page token, empty on the first page.
  //   INVALID_ARGUMENT   INVALID_FIELD with every violation; PAGE_TOKEN_INVALID for a token from before the view went
  //                      out of date, or from after
  //   UNAVAILABLE        the view may be out of date and the caller has rights
  absl::StatusOr<SearchPage> Search(const ViewReading& reading, const v1::SearchServicesRequest& request,
                                    size_t page_size, const access::Caller& caller, std::string_view after);

 private:
  const DirectoryView& view_;
  OwnIndexes own_;
  ReachableSets reachable_;
  view::VersionedCache<SearchCounts> counts_;
};

}  // namespace schutznetz::directory
