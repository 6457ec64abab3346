#include "gateway/filters/security_headers.h"

#include <array>
#include <string>
#include <utility>

namespace schutznetz::gateway {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kFields = {{
    {"content-security-policy", "default-src 'none'; frame-ancestors 'none'"},
    {"strict-transport-security", "max-age=63072000; includeSubDomains"},
    {"x-content-type-options", "nosniff"},
    {"referrer-policy", "no-referrer"},
    {"permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
    {"cross-origin-opener-policy", "same-origin"},
    {"cross-origin-resource-policy", "same-origin"},
}};

// The 16 possible values of Vary.
std::string_view VaryValue(uint8_t vary) {
  static const std::array<std::string, 16> kValues = [] {
    constexpr std::array<std::string_view, 4> kNames = {"Accept", "Accept-Encoding", "Authorization", "Origin"};
    std::array<std::string, 16> values;
    for (size_t bits = 0; bits < values.size(); ++bits) {
      for (size_t i = 0; i < kNames.size(); ++i) {
        if ((bits >> i & 1) == 0) continue;
        if (!values[bits].empty()) values[bits] += ", ";
        values[bits] += kNames[i];
      }
    }
    return values;
  }();
  return kValues[vary & 15];
}

}  // namespace

void SecurityHeadersFilter::After(Call& call) const {
  HeaderBlock& headers = call.response.headers;
  if (headers.Find("cache-control").empty()) headers.AddLiteral("cache-control", "no-store");
  // RFC 6749 section 5.1.
  if (call.binding != nullptr && call.binding->tells_oauth_errors()) headers.AddLiteral("pragma", "no-cache");
  if (call.vary != 0) headers.AddLiteral("vary", VaryValue(call.vary));
  for (const auto& [name, value] : kFields) headers.AddLiteral(name, value);
}

}  // namespace schutznetz::gateway
