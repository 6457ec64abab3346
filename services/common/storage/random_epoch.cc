#include "services/common/storage/random_epoch.h"

#include <openssl/rand.h>

#include <cstdlib>
#include <limits>

namespace schutznetz::storage {

int64_t RandomEpoch() {
  uint64_t random = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&random), sizeof random) != 1) std::abort();  // no entropy, no start
  return static_cast<int64_t>(random & std::numeric_limits<int64_t>::max()) | 1;
}

}  // namespace schutznetz::storage
