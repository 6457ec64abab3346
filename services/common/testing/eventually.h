// Waiting for a condition instead of for time.
#pragma once

#include <functional>

#include "absl/time/time.h"

namespace schutznetz::testing {

// Whether `condition` became true within `limit`. Asks every millisecond; the limit only bounds a failing test.
//   ASSERT_TRUE(Eventually([&] { return view.position() == position; }));
bool Eventually(const std::function<bool()>& condition, absl::Duration limit = absl::Seconds(30));

}  // namespace schutznetz::testing
