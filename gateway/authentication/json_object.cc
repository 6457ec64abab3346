#include "gateway/authentication/json_object.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kDocumentBytesMax = 256 * 1024;
constexpr size_t kDepthMax = 8;
constexpr size_t kMembersMax = 64;
constexpr double kExactMax = 9007199254740992.0;  // 2^53

// The parser and its copy of the document, one per thread. It reads beyond the end, so it needs room there.
struct Reading {
  simdjson::dom::parser parser{kDocumentBytesMax};
  std::vector<char> text;
};

}  // namespace

std::optional<JsonObject> JsonObject::Read(std::string_view json) {
  thread_local Reading reading;
  if (json.empty() || json.size() > kDocumentBytesMax) return std::nullopt;
  if (reading.parser.max_depth() != kDepthMax || reading.parser.capacity() < json.size()) {
    if (reading.parser.allocate(json.size() + 1024, kDepthMax) != simdjson::SUCCESS) return std::nullopt;
  }
  reading.text.assign(json.begin(), json.end());
  reading.text.resize(json.size() + simdjson::SIMDJSON_PADDING);
  simdjson::dom::element root;
  if (reading.parser.parse(reading.text.data(), json.size(), /*realloc_if_needed=*/false).get(root) !=
      simdjson::SUCCESS) {
    return std::nullopt;
  }
  return Of(root);
}

std::optional<JsonObject> JsonObject::Of(simdjson::dom::element element) {
  simdjson::dom::object object;
  if (element.get(object) != simdjson::SUCCESS || object.size() > kMembersMax) return std::nullopt;
  JsonObject read;
  for (const auto& [name, value] : object) {
    if (read.Has(name)) return std::nullopt;
    read.members_.emplace_back(name, value);
  }
  return read;
}

const simdjson::dom::element* JsonObject::Find(std::string_view name) const {
  for (const auto& [member, value] : members_) {
    if (member == name) return &value;
  }
  return nullptr;
}

std::optional<std::string_view> JsonObject::Text(std::string_view name) const {
  const simdjson::dom::element* const found = Find(name);
  std::string_view text;
  if (found == nullptr || found->get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<int64_t> JsonObject::Number(std::string_view name) const {
  const simdjson::dom::element* const found = Find(name);
  double number = 0;
  if (found == nullptr || !found->is_number() || found->get(number) != simdjson::SUCCESS) return std::nullopt;
  if (!(number >= 0 && number <= kExactMax)) return std::nullopt;
  return static_cast<int64_t>(number);
}

std::optional<std::vector<std::string_view>> JsonObject::Texts(std::string_view name, size_t count_max) const {
  const simdjson::dom::element* const found = Find(name);
  simdjson::dom::array array;
  if (found == nullptr || found->get(array) != simdjson::SUCCESS || array.size() > count_max) return std::nullopt;
  std::vector<std::string_view> texts;
  for (const simdjson::dom::element element : array) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS) return std::nullopt;
    texts.push_back(text);
  }
  return texts;
}

}  // namespace schutznetz::gateway
