// For fixtures: what cannot fail where nothing is broken.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/status/statusor.h"

namespace schutznetz::testing {

// The value; ends the program with the error's text where there is none.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "the fixture failed: %s\n", result.status().ToString().c_str());
  std::abort();
}

}  // namespace schutznetz::testing
