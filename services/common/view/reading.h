// What a view answers a read from.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/time/time.h"

namespace schutznetz::view {

// A version and what is known about it at one instant: everything a read needs. Cheap; lives as long as the call.
template <typename Version>
struct Reading {
  std::shared_ptr<const Version> version;
  absl::Time now;
  absl::Time as_of;       // when the version was last known to be complete
  bool degraded = false;  // that is too long ago
};

struct ViewOptions {
  // After this long without a confirmed position, protections raised meanwhile may be missing.
  absl::Duration confirmed_within = absl::Seconds(5);
  // Receives what the follower and the builder have to say; may be empty.
  std::function<void(std::string_view event, std::string_view detail)> log;
};

}  // namespace schutznetz::view
