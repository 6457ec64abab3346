#include "gateway/filters/authentication.h"

#include "gateway/http/characters.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kTokenBytesMax = 256;

bool IsTokenChar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

}  // namespace

bool IsOperatorAuthorization(std::string_view value) {
  constexpr std::string_view kScheme = "bearer ";
  constexpr std::string_view kPrefix = "snop_";
  if (value.size() <= kScheme.size() || !EqualsIgnoreCase(value.substr(0, kScheme.size()), kScheme)) return false;
  const std::string_view token = value.substr(kScheme.size());
  if (!token.starts_with(kPrefix) || token.size() == kPrefix.size() || token.size() > kTokenBytesMax) return false;
  for (const char c : token) {
    if (!IsTokenChar(c)) return false;
  }
  return true;
}

Verdict AuthenticationFilter::Before(Call& call) const {
  const auto value = call.head->Find(Field::kAuthorization);
  if (!value.has_value()) {
    const bool open = call.method()->rule.access() == common::v1::Rule::PUBLIC;
    return open ? Verdict::kContinue : Fail(call, errors::CredentialsRequired());
  }
  if (!IsOperatorAuthorization(*value)) return Fail(call, errors::CredentialsRequired());
  call.authorization = *value;
  return Verdict::kContinue;
}

}  // namespace schutznetz::gateway
