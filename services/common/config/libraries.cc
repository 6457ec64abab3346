#include "services/common/config/libraries.h"

#include "absl/synchronization/mutex.h"

namespace schutznetz::config {

void PrepareLibraries() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

}  // namespace schutznetz::config
