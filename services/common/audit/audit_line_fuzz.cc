// Lines and checkpoints of an export are strangers' bytes: whatever parses is the one way to write it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/common/audit/verifier.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schutznetz::audit;
  static const AuditKey key = AuditKey::Random();
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto entry = ParseLine(text); entry.ok() && LineOf(*entry) != text) std::abort();
  Verifier verifier({key.public_key()});
  verifier.AddCheckpoint(FindCheckpoint(text));
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    verifier.AddLine(std::string_view(text).substr(start, end - start));
    start = end + 1;
  }
  (void)verifier.Finish();
  return 0;
}
