// What the fuzz targets of all import formats check.
#pragma once

#include <cstddef>
#include <cstdint>

#include "schutznetz/directory/v1/import.pb.h"

namespace schutznetz::directory {

// Parses the bytes once in one piece and once in small pieces whose sizes come from the bytes, with a restart in
// between; both must say the same, keep their bounds, and account for every line. Aborts otherwise.
void CheckImportOf(v1::Import::Format format, const uint8_t* data, size_t size);

}  // namespace schutznetz::directory
