// Waiting until what answers are built from reflects a position, without holding a thread.
#pragma once

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/storage/change_record.h"

namespace schutznetz::rpc {

// Thread safe.
class PositionWaiter {
 public:
  virtual ~PositionWaiter() = default;

  // Calls `then` once when the view reflects `position`: at once in this thread when it already does. Otherwise
  // DEADLINE_EXCEEDED after `deadline`, UNAVAILABLE when too many wait or the position belongs to another epoch,
  // CANCELLED on stop.
  virtual void WhenReached(const storage::Position& position, absl::Time deadline,
                           absl::AnyInvocable<void(absl::Status)> then) = 0;
  // What the view reflects.
  virtual storage::Position position() const = 0;
};

}  // namespace schutznetz::rpc
