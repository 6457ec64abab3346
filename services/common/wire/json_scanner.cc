#include "services/common/wire/json_scanner.h"

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "absl/container/flat_hash_set.h"
#include "services/common/wire/json.h"
#include "services/common/wire/scalar.h"
#include "services/common/wire/utf8.h"

namespace schutznetz::wire {
namespace {

// Finds the end of a string or the first escape or control character. `*odd` is set when there is a byte before it that
// is not printable ASCII, so that the text needs a look of its own.
const char* FindStop(const char* at, const char* end, bool* odd) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i del = _mm_set1_epi8(0x7f);
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
    const __m128i stop =
        _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)));
    const unsigned stops = static_cast<unsigned>(_mm_movemask_epi8(stop));
    const unsigned odds = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(block, _mm_cmpeq_epi8(block, del))));
    const unsigned before_stop = stops == 0 ? 0xffff : (stops & (~stops + 1)) - 1;
    *odd |= (odds & before_stop) != 0;
    if (stops != 0) return at + std::countr_zero(stops);
    at += 16;
  }
#endif
  for (; at != end; ++at) {
    const uint8_t c = static_cast<uint8_t>(*at);
    if (c < 0x20 || c == '"' || c == '\\') return at;
    *odd |= c >= 0x7f;
  }
  return end;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsNumberCharacter(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

}  // namespace

bool JsonScanner::Fail(std::string_view sentence) {
  if (sentence_.empty()) {
    sentence_ = sentence;
    fault_offset_ = static_cast<size_t>(at_ - begin_);
  }
  return false;
}

bool JsonScanner::CountNode() { return ++nodes_ <= kJsonNodesMax || Fail("The body has more than 10,000 values."); }

bool JsonScanner::Enter(char open) {
  if (!TakeIf(open)) return Fail(open == '{' ? "Expected an object." : "Expected an array.");
  if (++depth_ > kJsonDepthMax) return Fail("The body is nested deeper than 32 levels.");
  return CountNode();
}

bool JsonScanner::Leave(char close) {
  if (!TakeIf(close)) return Fail(close == '}' ? "Expected a comma or '}'." : "Expected a comma or ']'.");
  --depth_;
  return true;
}

bool JsonScanner::ReadName(String* name) {
  if (Peek() != '"') return Fail("Expected the name of a member in double quotes.");
  ++at_;
  if (!ScanString(kJsonStringBytesMax, name)) return false;
  return TakeIf(':') || Fail("Expected ':'.");
}

bool JsonScanner::ReadString(size_t bytes_max, String* string) {
  if (!TakeIf('"')) return Fail("Expected a string.");
  return CountNode() && ScanString(bytes_max, string);
}

bool JsonScanner::ScanString(size_t bytes_max, String* string) {
  bool odd = false;
  const char* const from = at_;
  at_ = FindStop(at_, end_, &odd);
  if (at_ != end_ && *at_ == '\\') return Unescape(from, bytes_max, string);
  string->text = std::string_view(from, static_cast<size_t>(at_ - from));
  string->fault = odd ? CheckText(string->text) : TextFault::kNone;
  if (at_ == end_) return Fail("The body ends inside a string.");
  if (*at_ != '"') return Fail("Control characters in strings must be escaped.");
  if (string->text.size() > bytes_max) return Fail("A string is too long.");
  if (string->fault == TextFault::kNotUtf8) return Fail("The body is not valid UTF-8.");
  ++at_;
  return true;
}

bool JsonScanner::Unescape(const char* from, size_t bytes_max, String* string) {
  bool odd = false;
  scratch_.assign(from, at_);
  while (at_ != end_ && *at_ == '\\') {
    if (!ReadEscape()) return false;
    if (scratch_.size() > bytes_max) return Fail("A string is too long.");
    from = at_;
    at_ = FindStop(at_, end_, &odd);
    scratch_.append(from, at_);
  }
  string->text = scratch_;
  string->fault = CheckText(scratch_);
  if (at_ == end_) return Fail("The body ends inside a string.");
  if (*at_ != '"') return Fail("Control characters in strings must be escaped.");
  if (scratch_.size() > bytes_max) return Fail("A string is too long.");
  if (string->fault == TextFault::kNotUtf8) return Fail("The body is not valid UTF-8.");
  ++at_;
  return true;
}

bool JsonScanner::ReadEscape() {
  if (end_ - at_ < 2) return Fail("The body ends inside a string.");
  char c = at_[1];
  switch (c) {
    case '"':
    case '\\':
    case '/':
      break;
    case 'b':
      c = '\b';
      break;
    case 'f':
      c = '\f';
      break;
    case 'n':
      c = '\n';
      break;
    case 'r':
      c = '\r';
      break;
    case 't':
      c = '\t';
      break;
    case 'u': {
      char32_t code_point;
      char utf8[4];
      if (!ReadUnicodeEscape(&code_point)) return false;
      scratch_.append(utf8, EncodeUtf8(code_point, utf8));
      return true;
    }
    default:
      return Fail("Unknown escape in a string.");
  }
  scratch_.push_back(c);
  at_ += 2;
  return true;
}

// One \uXXXX, or two that form a surrogate pair.
bool JsonScanner::ReadUnicodeEscape(char32_t* c) {
  const auto unit = [this]() -> int {
    if (end_ - at_ < 6 || at_[0] != '\\' || at_[1] != 'u') return -1;
    int value = 0;
    for (int i = 2; i < 6; ++i) {
      const int digit = HexValue(at_[i]);
      if (digit < 0) return -1;
      value = value << 4 | digit;
    }
    return value;
  };
  const int high = unit();
  if (high < 0) return Fail("Expected four hexadecimal digits after \\u.");
  *c = static_cast<char32_t>(high);
  if (high < 0xd800 || high > 0xdfff) {
    at_ += 6;
    return true;
  }
  if (high > 0xdbff) return Fail("Lone surrogate in a string.");
  at_ += 6;
  const int low = unit();
  if (low < 0xdc00 || low > 0xdfff) return Fail("Lone surrogate in a string.");
  at_ += 6;
  *c = static_cast<char32_t>(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
  return true;
}

bool JsonScanner::ReadNumber(std::string_view* number) {
  Peek();
  const char* const from = at_;
  while (at_ != end_ && IsNumberCharacter(*at_)) ++at_;
  *number = std::string_view(from, static_cast<size_t>(at_ - from));
  if (!IsJsonNumber(*number)) {
    at_ = from;
    return Fail("Expected a value.");
  }
  return CountNode();
}

bool JsonScanner::ReadWord(std::string_view word) {
  Peek();
  if (std::string_view(at_, static_cast<size_t>(end_ - at_)).substr(0, word.size()) != word) {
    return Fail("Expected a value.");
  }
  at_ += word.size();
  return CountNode();
}

bool JsonScanner::SkipValue() {
  String ignored;
  std::string_view number;
  switch (Peek()) {
    case '{':
      return SkipObject();
    case '[':
      return SkipArray();
    case '"':
      return ReadString(kJsonStringBytesMax, &ignored);
    case 't':
      return ReadWord("true");
    case 'f':
      return ReadWord("false");
    case 'n':
      return ReadWord("null");
    default:
      return ReadNumber(&number);
  }
}

bool JsonScanner::SkipObject() {
  if (!Enter('{')) return false;
  if (TakeIf('}')) {
    --depth_;
    return true;
  }
  absl::flat_hash_set<std::string> names;
  String name;
  do {
    if (!ReadName(&name)) return false;
    if (!names.insert(std::string(name.text)).second) return Fail("The same name twice in an object.");
    if (!SkipValue()) return false;
  } while (Another());
  return Leave('}');
}

bool JsonScanner::SkipArray() {
  if (!Enter('[')) return false;
  if (TakeIf(']')) {
    --depth_;
    return true;
  }
  do {
    if (!SkipValue()) return false;
  } while (Another());
  return Leave(']');
}

bool JsonScanner::ExpectEnd() { return (Peek() == '\0' && at_ == end_) || Fail("Unexpected text after the value."); }

}  // namespace schutznetz::wire
