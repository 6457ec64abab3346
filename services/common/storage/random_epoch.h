// Epochs of the change log. Internal to storage/ and changes/.
#pragma once

#include <cstdint>

namespace schutznetz::storage {

// A random positive number from the system's generator. Ends the process when that fails.
int64_t RandomEpoch();

}  // namespace schutznetz::storage
