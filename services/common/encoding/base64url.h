// Base64url without padding (RFC 4648 section 5), as keys, tokens and sealed values are written (RFC 7515 section 2),
// and base64 as in HTTP.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace schutznetz {

std::string EncodeBase64Url(std::string_view bytes);

template <size_t N>
std::string EncodeBase64Url(const std::array<unsigned char, N>& bytes) {
  return EncodeBase64Url(std::string_view(reinterpret_cast<const char*>(bytes.data()), N));
}

// Exactly what EncodeBase64Url makes: padding, other characters, an impossible length or bits left over are nothing.
std::optional<std::string> DecodeBase64Url(std::string_view text);

// The same into `size` bytes; false when `text` holds more or fewer. For secrets, which then lie in no other place.
bool DecodeBase64Url(std::string_view text, unsigned char* bytes, size_t size);

template <size_t N>
bool DecodeBase64Url(std::string_view text, std::array<unsigned char, N>* bytes) {
  return DecodeBase64Url(text, bytes->data(), N);
}

// Base64 with padding (RFC 4648 section 4), as strictly.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace schutznetz
