// What filters need that is not shared between workers.
#pragma once

#include "gateway/authentication/caller_lookup.h"
#include "gateway/filters/compressor.h"

namespace schutznetz::gateway {

struct WorkerParts {
  Compressor compressor;
  int running = 0;                  // calls waiting for an upstream answer on this worker
  CallerLookup* callers = nullptr;  // null: no exchange server
};

}  // namespace schutznetz::gateway
