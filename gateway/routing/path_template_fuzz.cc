// First line a template, the rest a path: both are parsed, and the path is matched against the template and a fixed
// table.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/routing/router.h"
#include "services/common/wire/text.h"

namespace {

using schutznetz::gateway::RouteMatch;
using schutznetz::gateway::Router;
using schutznetz::gateway::RouteRule;

const Router& FixedTable() {
  static const RouteRule rules[] = {
      {"GET", "/v1/lands"},           {"GET", "/v1/{name=services/*}"}, {"POST", "/v1/{name=services/*}:undelete"},
      {"GET", "/v1/{path=files/**}"}, {"GET", "/v1/files/*/{rest=**}"}, {"GET", "/{a}/{b}/{c}"}};
  static const Router router = *Router::Build(rules);
  return router;
}

// Values are valid UTF-8 without NUL or backslash, and never hold a dot segment.
void CheckMatch(const RouteMatch& match) {
  for (const std::string_view value : match.values) {
    const std::string framed = "/" + std::string(value) + "/";
    const bool clean = schutznetz::wire::CheckText(value) != schutznetz::wire::TextFault::kNotUtf8 &&
                       value.find('\0') == std::string_view::npos && value.find('\\') == std::string_view::npos &&
                       framed.find("/../") == std::string::npos && framed.find("/./") == std::string::npos &&
                       (value.empty() || framed.find("//") == std::string::npos);
    if (!clean) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  const std::string_view path = line == std::string_view::npos ? input : input.substr(line + 1);
  for (const char* method : {"GET", "HEAD", "POST"}) CheckMatch(FixedTable().Match(method, path));
  const RouteRule rules[] = {{"GET", std::string(input.substr(0, line))}};
  if (const auto router = Router::Build(rules); router.ok()) CheckMatch(router->Match("GET", path));
  return 0;
}
