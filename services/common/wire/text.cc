#include "services/common/wire/text.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "services/common/wire/utf8.h"
#include "unicode/normalizer2.h"
#include "unicode/unistr.h"

namespace schutznetz::wire {
namespace {

bool IsBidiOverride(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

bool IsControl(char32_t c) { return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0); }

// Steps over printable ASCII, eight bytes at a time.
const char* SkipPlain(const char* at, const char* end) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  while (end - at >= 8) {
    uint64_t block;
    std::memcpy(&block, at, 8);
    // The high bit of a byte that is outside ASCII, below the space, or 0x7f.
    const uint64_t odd = (block | (block - kOnes * 0x20) | (block + kOnes)) & kOnes * 0x80;
    if (odd != 0) return at + std::countr_zero(odd) / 8;
    at += 8;
  }
  return at;
}

bool IsNfc(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) return false;
  return nfc->isNormalizedUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), error) &&
         U_SUCCESS(error);
}

}  // namespace

TextFault CheckText(std::string_view text) {
  TextFault fault = TextFault::kNone;
  bool may_compose = false;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    at = SkipPlain(at, end);
    if (at == end) break;
    const Decoded decoded = DecodeUtf8(at, end);
    if (decoded.size == 0) return TextFault::kNotUtf8;
    at += decoded.size;
    may_compose |= decoded.code_point >= 0x300;
    if (fault != TextFault::kNone) continue;
    if (IsControl(decoded.code_point)) fault = TextFault::kControlCharacter;
    if (IsBidiOverride(decoded.code_point)) fault = TextFault::kBidiOverride;
  }
  if (fault == TextFault::kNone && may_compose && !IsNfc(text)) fault = TextFault::kNotNfc;
  return fault;
}

std::string_view TextFaultSentence(TextFault fault) {
  switch (fault) {
    case TextFault::kNone:
      return "";
    case TextFault::kNotUtf8:
      return "Must be valid UTF-8.";
    case TextFault::kControlCharacter:
      return "Must not contain control characters other than tab and line feed.";
    case TextFault::kBidiOverride:
      return "Must not contain bidirectional override or isolate characters.";
    case TextFault::kNotNfc:
      return "Must be in Unicode normalization form C.";
  }
  return "";
}

}  // namespace schutznetz::wire
