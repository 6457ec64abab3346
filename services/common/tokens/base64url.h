// Base64url without padding, as JSON Web Tokens write it (RFC 7515 section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace schutznetz::tokens {

std::string EncodeBase64Url(std::string_view bytes);

// Exactly what EncodeBase64Url makes: padding, other characters, an impossible length or bits left over are nothing.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace schutznetz::tokens
