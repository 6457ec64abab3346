// What a harvester sends, from the form to a whole answer: always XML that can be read, and never more than it may be.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/events/catalogue/oai_provider.h"
#include "services/events/catalogue/xml_tree.h"

namespace schutznetz::events {
namespace {

class NothingToHarvest final : public HarvestSource {
 public:
  std::optional<HarvestItem> Find(std::string_view) const override { return std::nullopt; }
  void Visit(const HarvestKey&, absl::FunctionRef<bool(const HarvestItem&)>) const override {}
  v1::Publication Read(std::string_view) const override { return {}; }
};

}  // namespace
}  // namespace schutznetz::events

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schutznetz::events;
  static const auto* provider = new OaiProvider(
      Site(), {[](std::string_view state) { return std::string(state); },
               [](std::string_view token) { return std::optional<std::string>(token); }});  // opens every token
  const std::string answer =
      provider->Answer({reinterpret_cast<const char*>(data), size}, NothingToHarvest(), absl::UnixEpoch());
  const auto tree = ParseXml(answer);
  if (!tree || tree->All("responseDate").size() != 1 || tree->All("request").size() != 1) std::abort();
  if (tree->children.size() < 3) std::abort();  // an answer or an error
  return 0;
}
