#include "services/directory/imports/utf8.h"

#include <cstdint>

#include "unicode/utf8.h"

namespace schutznetz::directory {
namespace {

bool IsForbidden(int32_t c) {
  if (c < 0x20) return c != '\t';
  if (c >= 0x7f && c <= 0x9f) return true;
  return c == 0x2028 || c == 0x2029 || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

TextFault CheckText(std::string_view text) {
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    int32_t c = 0;
    U8_NEXT(reinterpret_cast<const uint8_t*>(text.data()), i, size, c);
    if (c < 0) return TextFault::kNotUtf8;
    if (IsForbidden(c)) return TextFault::kControlCharacter;
  }
  return TextFault::kNone;
}

std::vector<size_t> CharacterStarts(std::string_view text) {
  std::vector<size_t> starts;
  starts.reserve(text.size() + 1);
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

}  // namespace schutznetz::directory
