// What a SearchServicesRequest asks of the index: filters, the documents that are left out, and the order.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "roaring/roaring.hh"
#include "schutznetz/directory/v1/search.pb.h"
#include "services/common/search/query.h"
#include "services/common/time/calendar.h"
#include "services/directory/view/directory_view.h"
#include "services/directory/view/reachable_sets.h"

namespace schutznetz::directory {

struct SearchPlan {
  std::string text;
  std::vector<search::FacetFilter> filters;
  std::optional<search::Near> near;  // radius included
  search::Order order = search::Order::kName;
  // Services that pass what the index does not know; null: all.
  std::shared_ptr<const Roaring> services;
  civil::Moment at;  // of the reachability that is told
  bool at_now = false;
  bool depends_on_day = false;  // some service areas begin or end
};

// INVALID_ARGUMENT (INVALID_FIELD) with every violation: near without numbers that make a point, DISTANCE or radius_m
// without near, a Land that does not exist.
absl::StatusOr<SearchPlan> PlanSearch(const ViewReading& reading, const civil::Calendar& calendar,
                                      ReachableSets& reachable, const v1::SearchServicesRequest& request);

}  // namespace schutznetz::directory
