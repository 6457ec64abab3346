// What filters need that is not shared between workers.
#pragma once

#include "gateway/filters/compressor.h"

namespace schutznetz::gateway {

struct WorkerParts {
  Compressor compressor;
  int running = 0;  // calls waiting for an upstream answer on this worker
};

}  // namespace schutznetz::gateway
