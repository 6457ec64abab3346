// Answers of strange repositories: whatever comes, records and refusals are bounded, and each has a line of the input.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/events/imports/oai_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // A carriage return ends a line in XML, alone or before a line feed.
  const auto lines = 1 + std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  const auto file = schutznetz::events::ReadOaiRecords(text, 1);
  if (file.records.size() + file.refusals.size() > schutznetz::events::kImportedRecordsMax + 1) std::abort();
  if (file.records.empty() && file.refusals.empty() && text.find("ListRecords") == std::string_view::npos &&
      text.find("GetRecord") == std::string_view::npos) {
    std::abort();
  }
  for (const auto& refusal : file.refusals) {
    if (refusal.line() < 1 || refusal.line() > lines || refusal.reason().empty()) std::abort();
  }
  for (const auto& record : file.records) {
    if (record.source.empty() || record.line < 1 || record.line > lines) std::abort();
  }
  return 0;
}
