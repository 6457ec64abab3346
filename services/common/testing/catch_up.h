// Waiting for a view in tests.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/changes/change_log.h"
#include "services/common/storage/database.h"
#include "services/common/testing/must.h"

namespace schutznetz::testing {

// Returns when `view` has everything that is committed in `database`; ends the program when it does not get there. The
// promise is one that the thread sanitizer sees through, unlike Abseil's packaged locks.
template <typename View>
void CatchUp(View& view, storage::Database& database) {
  std::promise<absl::Status> reached;
  view.WhenReached(Must(changes::HeadPosition(database, absl::InfiniteFuture())), absl::Now() + absl::Seconds(60),
                   [&reached](absl::Status status) { reached.set_value(std::move(status)); });
  if (const absl::Status status = reached.get_future().get(); !status.ok()) {
    std::fprintf(stderr, "the view does not catch up: %s\n", status.ToString().c_str());
    std::abort();
  }
}

}  // namespace schutznetz::testing
