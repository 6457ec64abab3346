// Tables of strangers: whatever comes, records and refusals are bounded, and each has a line of the input.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/events/imports/publication_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  const auto file = schutznetz::events::ReadPublicationCsv(text, 0, "fuzz");
  if (file.records.size() + file.refusals.size() > schutznetz::events::kImportedRecordsMax + 1) std::abort();
  for (const auto& refusal : file.refusals) {
    if (refusal.line() < 1 || refusal.line() > lines || refusal.reason().empty()) std::abort();
  }
  for (const auto& record : file.records) {
    if (record.source.empty() || record.line < 1 || record.line > lines) std::abort();
  }
  return 0;
}
