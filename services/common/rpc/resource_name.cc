#include "services/common/rpc/resource_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace schutznetz::rpc {
namespace {

bool IsIdInName(std::string_view id) {
  return !id.empty() && id.size() <= 63 && id != "." && id != ".." && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '~' || c == '-';
  });
}

// Takes the text up to the next slash off the front.
std::string_view TakeSegment(std::string_view* rest) {
  const size_t slash = rest->find('/');
  const std::string_view segment = rest->substr(0, slash);
  rest->remove_prefix(slash == std::string_view::npos ? rest->size() : slash + 1);
  return segment;
}

}  // namespace

std::optional<std::string_view> IdIn(std::string_view collection, std::string_view name) {
  if (name.size() <= collection.size() + 1 || name.substr(0, collection.size()) != collection ||
      name[collection.size()] != '/') {
    return std::nullopt;
  }
  const std::string_view id = name.substr(collection.size() + 1);
  if (!IsIdInName(id)) return std::nullopt;
  return id;
}

std::string NameOf(std::string_view collection, std::string_view id) {
  std::string name;
  name.reserve(collection.size() + 1 + id.size());
  name.append(collection).append("/").append(id);
  return name;
}

std::optional<std::vector<std::string_view>> IdsIn(std::string_view pattern, std::string_view name) {
  std::vector<std::string_view> ids;
  if (!name.empty() && name.back() == '/') return std::nullopt;
  while (!pattern.empty() && !name.empty()) {
    const std::string_view expected = TakeSegment(&pattern);
    const std::string_view segment = TakeSegment(&name);
    if (expected == "*" && IsIdInName(segment)) {
      ids.push_back(segment);
    } else if (expected != segment || expected == "*") {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !name.empty()) return std::nullopt;
  return ids;
}

bool IsResourceName(std::string_view reference, std::string_view name) {
  if (reference.find('/') == std::string_view::npos) return IdIn(reference, name).has_value();
  return IdsIn(std::string(reference) + "/*", name).has_value();
}

bool IsResourceId(std::string_view id) {
  if (id.size() < 4 || id.size() > 63 || !absl::ascii_islower(id.front()) || id.back() == '-') return false;
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; });
}

}  // namespace schutznetz::rpc
