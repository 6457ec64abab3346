// Documents of strangers: whatever comes, it is refused with one violation or has pages.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/common/errors/errors.h"
#include "services/events/documents/pdf_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto facts = schutznetz::events::CheckPdf({reinterpret_cast<const char*>(data), size});
  if (facts.ok() ? facts->page_count < 1 : schutznetz::errors::ViolationsOf(facts.status()).size() != 1) std::abort();
  return 0;
}
