#include "services/directory/imports/fuzz_body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  schutznetz::directory::CheckImportOf(schutznetz::directory::v1::Import::GV100AD, data, size);
  return 0;
}
