// Finds publications by text and properties, with counts per facet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "schutznetz/events/v1/publication_search.pb.h"
#include "services/common/access/caller.h"
#include "services/common/audit/entry.h"
#include "services/common/view/versioned_cache.h"
#include "services/events/view/publication_view.h"

namespace schutznetz::events {

struct FoundPublications {
  std::string bytes;  // hits, facets and total size, as the response writes them
  std::string next;   // what the next page goes on with; empty on the last
  std::vector<audit::Fact> disclosed;
};

// Thread safe. Totals and facets do not depend on the page, so that requests share them.
class PublicationSearch {
 public:
  // `after`: FoundPublications::next of the page before.
  //   INVALID_ARGUMENT (INVALID_FIELD)       more words than are taken
  //   INVALID_ARGUMENT (PAGE_TOKEN_INVALID)  `after` is none
  absl::StatusOr<FoundPublications> Search(const PublicationReading& reading, const wire::MessageTable& table,
                                           const v1::SearchPublicationsRequest& request, size_t page_size,
                                           const access::Caller& caller, std::string_view after);

 private:
  view::VersionedCache<std::string> counts_;
};

}  // namespace schutznetz::events
