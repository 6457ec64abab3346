#include "services/common/wire/json_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "services/common/wire/utf8.h"
#include "services/common/wire/well_known_text.h"

namespace schutznetz::wire {
namespace {

constexpr size_t kNumberMax = 32;  // longest number in JSON: 24 for a double

constexpr std::array<bool, 256> MakePlain() {
  std::array<bool, 256> plain{};
  for (size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr std::array<bool, 256> kPlain = MakePlain();

// Copies plain ASCII in blocks. Stops at a byte that needs a look; what is copied beyond it is overwritten later. There
// are at least 16 bytes of room beyond `end - from`.
void CopyPlain(const char*& from, const char* end, char*& to) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(0x20);
  while (end - from >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
    // The comparison is signed, so bytes from 0x80 count as below the space too.
    const __m128i special = _mm_or_si128(_mm_cmplt_epi8(block, space),
                                         _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)));
    const unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(special));
    const int clean = mask == 0 ? 16 : std::countr_zero(mask);
    from += clean;
    to += clean;
    if (mask != 0) return;
  }
#endif
  while (end - from >= 8) {
    constexpr uint64_t kOnes = 0x0101010101010101u;
    uint64_t block;
    std::memcpy(&block, from, 8);
    std::memcpy(to, &block, 8);
    const uint64_t special =
        (block | (block - kOnes * 0x20) | ((block ^ kOnes * '"') - kOnes) | ((block ^ kOnes * '\\') - kOnes)) &
        kOnes * 0x80;
    const int clean = special == 0 ? 8 : std::countr_zero(special) / 8;
    from += clean;
    to += clean;
    if (special != 0) return;
  }
  while (from != end && kPlain[static_cast<uint8_t>(*from)]) *to++ = *from++;
}

char* PutEscape(uint8_t c, char* to) {
  *to++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *to++ = static_cast<char>(c);
      return to;
    case '\b':
      *to++ = 'b';
      return to;
    case '\f':
      *to++ = 'f';
      return to;
    case '\n':
      *to++ = 'n';
      return to;
    case '\r':
      *to++ = 'r';
      return to;
    case '\t':
      *to++ = 't';
      return to;
    default:
      break;
  }
  constexpr char kHex[] = "0123456789abcdef";
  std::memcpy(to, "u00", 3);
  to[3] = kHex[c >> 4];
  to[4] = kHex[c & 15];
  return to + 5;
}

template <typename T>
void PutInteger(T value, Buffer& out) {
  out.Ensure(kNumberMax);
  out.set_at(std::to_chars(out.at(), out.at() + kNumberMax, value).ptr);
}

template <typename T>
void PutQuotedInteger(T value, Buffer& out) {
  out.Put('"');
  PutInteger(value, out);
  out.Put('"');
}

template <typename T>
void PutFloating(T value, Buffer& out) {
  if (std::isnan(value)) return out.Put("\"NaN\"");
  if (std::isinf(value)) return out.Put(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  PutInteger(value, out);
}

void PutBytes(std::string_view bytes, Buffer& out) {
  out.Ensure(Base64Size(bytes.size()) + 2);
  char* at = out.at();
  *at++ = '"';
  at = EncodeBase64(bytes, at);
  *at++ = '"';
  out.set_at(at);
}

void PutEnum(const EnumTable& names, uint64_t value, Buffer& out) {
  const int32_t number = static_cast<int32_t>(value);
  const std::string_view name = names.QuotedName(number);
  if (name.empty()) return PutInteger(number, out);
  out.Put(name);
}

}  // namespace

bool PutString(std::string_view text, Buffer& out) {
  const char* from = text.data();
  const char* const end = from + text.size();
  out.Ensure(text.size() + kNumberMax);
  char* to = out.at();
  *to++ = '"';
  for (;;) {
    CopyPlain(from, end, to);
    if (from == end) break;
    // One special character; most often an umlaut, so multibyte characters are copied while they last.
    if (static_cast<uint8_t>(*from) < 0x80) {
      to = PutEscape(static_cast<uint8_t>(*from++), to);
      out.set_at(to);
      out.Ensure(static_cast<size_t>(end - from) + kNumberMax);  // an escape takes room that was not counted
      to = out.at();
      continue;
    }
    do {
      const Decoded decoded = DecodeUtf8(from, end);
      if (decoded.size == 0) return false;
      for (int i = 0; i < decoded.size; ++i) *to++ = *from++;
    } while (from != end && static_cast<uint8_t>(*from) >= 0x80);
  }
  *to++ = '"';
  out.set_at(to);
  return true;
}

bool PutScalar(const Field& field, uint64_t value, std::string_view bytes, Buffer& out) {
  switch (field.type) {
    case FieldType::kString:
      return PutString(bytes, out);
    case FieldType::kBytes:
      PutBytes(bytes, out);
      break;
    case FieldType::kEnum:
      PutEnum(*field.enumeration, value, out);
      break;
    case FieldType::kBool:
      out.Put(value != 0 ? "true" : "false");
      break;
    case FieldType::kInt32:
    case FieldType::kSfixed32:
      PutInteger(static_cast<int32_t>(value), out);
      break;
    case FieldType::kUint32:
    case FieldType::kFixed32:
      PutInteger(static_cast<uint32_t>(value), out);
      break;
    case FieldType::kSint32:
      PutInteger(static_cast<int32_t>(UnZigZag(static_cast<uint32_t>(value))), out);
      break;
    case FieldType::kInt64:
    case FieldType::kSfixed64:
      PutQuotedInteger(static_cast<int64_t>(value), out);
      break;
    case FieldType::kUint64:
    case FieldType::kFixed64:
      PutQuotedInteger(value, out);
      break;
    case FieldType::kSint64:
      PutQuotedInteger(UnZigZag(value), out);
      break;
    case FieldType::kDouble:
      PutFloating(std::bit_cast<double>(value), out);
      break;
    case FieldType::kFloat:
      PutFloating(std::bit_cast<float>(static_cast<uint32_t>(value)), out);
      break;
    case FieldType::kMessage:
      return false;
  }
  return true;
}

bool PutMapKey(const Field& field, uint64_t value, std::string_view bytes, Buffer& out) {
  const bool quotes_itself = field.type == FieldType::kString || field.type == FieldType::kInt64 ||
                             field.type == FieldType::kSfixed64 || field.type == FieldType::kUint64 ||
                             field.type == FieldType::kFixed64 || field.type == FieldType::kSint64;
  if (quotes_itself) return PutScalar(field, value, bytes, out);
  out.Put('"');
  const bool ok = PutScalar(field, value, bytes, out);
  out.Put('"');
  return ok;
}

void PutPretty(std::string_view json, Buffer& out) {
  size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] {
    out.Put('\n');
    for (size_t i = 0; i < depth; ++i) out.Put("  ");
  };
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out.Put(c);
      if (c == '\\') out.Put(json[++i]);
      in_string = c != '"';
      continue;
    }
    const bool opens = c == '{' || c == '[';
    const bool closes = c == '}' || c == ']';
    const bool empty = closes && i > 0 && (json[i - 1] == '{' || json[i - 1] == '[');
    if (closes) --depth;
    if (closes && !empty) new_line();
    out.Put(c);
    in_string = c == '"';
    if (opens) ++depth;
    const char next = i + 1 < json.size() ? json[i + 1] : '\0';
    if (c == ',' || (opens && next != '}' && next != ']')) new_line();
    if (c == ':') out.Put(' ');
  }
}

}  // namespace schutznetz::wire
