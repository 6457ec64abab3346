// Decoding UTF-8 strictly (no overlong forms, no surrogates, nothing above U+10FFFF).
#pragma once

#include <cstdint>

namespace schutznetz::wire {

struct Decoded {
  char32_t code_point = 0;
  int size = 0;  // bytes; 0 when malformed
};

// The character at `at` < `end`.
inline Decoded DecodeUtf8(const char* at, const char* end) {
  const auto byte = [at](int i) { return static_cast<uint8_t>(at[i]); };
  const auto is_tail = [&byte](int i) { return (byte(i) & 0xc0) == 0x80; };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xc2) return {};
  if (lead < 0xe0) {
    if (end - at < 2 || !is_tail(1)) return {};
    return {static_cast<char32_t>((lead & 0x1f) << 6 | (byte(1) & 0x3f)), 2};
  }
  if (lead < 0xf0) {
    if (end - at < 3 || !is_tail(1) || !is_tail(2)) return {};
    const char32_t c = static_cast<char32_t>((lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f));
    return c < 0x800 || (c >= 0xd800 && c < 0xe000) ? Decoded{} : Decoded{c, 3};
  }
  if (lead > 0xf4 || end - at < 4 || !is_tail(1) || !is_tail(2) || !is_tail(3)) return {};
  const char32_t c =
      static_cast<char32_t>((lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f));
  return c < 0x10000 || c > 0x10ffff ? Decoded{} : Decoded{c, 4};
}

// Writes a valid code point at `to` (4 bytes of room) and returns the end.
inline char* EncodeUtf8(char32_t c, char* to) {
  if (c < 0x80) {
    *to++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *to++ = static_cast<char>(0xc0 | c >> 6);
    *to++ = static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    *to++ = static_cast<char>(0xe0 | c >> 12);
    *to++ = static_cast<char>(0x80 | (c >> 6 & 0x3f));
    *to++ = static_cast<char>(0x80 | (c & 0x3f));
  } else {
    *to++ = static_cast<char>(0xf0 | c >> 18);
    *to++ = static_cast<char>(0x80 | (c >> 12 & 0x3f));
    *to++ = static_cast<char>(0x80 | (c >> 6 & 0x3f));
    *to++ = static_cast<char>(0x80 | (c & 0x3f));
  }
  return to;
}

}  // namespace schutznetz::wire
