#include "services/common/access/rights_version.h"

#include "services/common/errors/errors.h"

namespace schutznetz::access {

void RightsVersion::Confirm(int64_t version, absl::Time asked) {
  version_.store(version, std::memory_order_release);
  confirmed_us_.store(absl::ToUnixMicros(asked), std::memory_order_release);
}

void RightsVersion::Raise(int64_t version) {
  int64_t known = version_.load(std::memory_order_relaxed);
  while (known < version && !version_.compare_exchange_weak(known, version, std::memory_order_acq_rel)) {
  }
}

absl::Duration RightsVersion::age() const {
  const int64_t confirmed = confirmed_us_.load(std::memory_order_acquire);
  return confirmed == INT64_MIN ? absl::InfiniteDuration() : clock_.Now() - absl::FromUnixMicros(confirmed);
}

bool RightsVersion::is_fresh() const { return age() <= kRightsAgeMax; }

absl::Status RightsVersion::Check(const Caller& caller) {
  if (caller.is_public() || caller.grants().roles.Has(Role::kInternal)) {
    return absl::OkStatus();
  }
  if (!is_fresh()) return errors::TemporarilyUnavailable(absl::Seconds(1));
  if (caller.rights_version() < version()) return errors::ContextOutdated();
  Raise(caller.rights_version());
  return absl::OkStatus();
}

}  // namespace schutznetz::access
