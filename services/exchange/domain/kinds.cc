#include "services/exchange/domain/kinds.h"

#include <vector>

#include "services/common/rpc/resource_name.h"

namespace schutznetz::exchange {

std::optional<std::string> IdOfName(const Kind& kind, std::string_view name) {
  const std::optional<std::vector<std::string_view>> ids = rpc::IdsIn(kind.pattern, name);
  if (!ids) return std::nullopt;
  std::string id;
  for (std::string_view part : *ids) {
    if (!id.empty()) id.push_back('/');
    id.append(part);
  }
  return id;
}

std::string NameOfId(const Kind& kind, std::string_view id) {
  std::string name;
  for (const char c : std::string_view(kind.pattern)) {
    if (c != '*') {
      name.push_back(c);
      continue;
    }
    const size_t slash = id.find('/');
    name.append(id.substr(0, slash));
    id.remove_prefix(slash == std::string_view::npos ? id.size() : slash + 1);
  }
  return name;
}

std::string_view ParentPart(std::string_view id) { return id.substr(0, id.find('/')); }

std::string_view LastPart(std::string_view id) {
  const size_t slash = id.rfind('/');
  return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

}  // namespace schutznetz::exchange
