#include "services/common/storage/driver_status.h"

#include "absl/strings/cord.h"
#include "services/common/errors/errors.h"

namespace schutznetz::storage {
namespace {

constexpr char kLockTimeoutUrl[] = "schutznetz/lock-timeout";

}  // namespace

absl::Status MarkedAsLockTimeout(absl::Status status) {
  status.SetPayload(kLockTimeoutUrl, absl::Cord());
  return status;
}

bool IsLockTimeout(const absl::Status& status) { return status.GetPayload(kLockTimeoutUrl).has_value(); }

absl::Status RefusedForNow() { return errors::TemporarilyUnavailable(absl::Seconds(1)); }

}  // namespace schutznetz::storage
