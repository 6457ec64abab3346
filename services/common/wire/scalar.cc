#include "services/common/wire/scalar.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "services/common/wire/codec.h"
#include "services/common/wire/well_known_text.h"

namespace schutznetz::wire {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view TakeDigits(std::string_view* text) {
  size_t count = 0;
  while (count < text->size() && IsDigit((*text)[count])) ++count;
  const std::string_view digits = text->substr(0, count);
  text->remove_prefix(count);
  return digits;
}

bool TakeOne(std::string_view* text, std::string_view any_of) {
  if (text->empty() || any_of.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

struct Decimal {
  bool negative = false;
  std::string_view integer;
  std::string_view fraction;
  int exponent = 0;
};

bool ParseDecimal(std::string_view text, Decimal* decimal) {
  decimal->negative = TakeOne(&text, "-");
  decimal->integer = TakeDigits(&text);
  if (decimal->integer.empty() || (decimal->integer.size() > 1 && decimal->integer.front() == '0')) return false;
  if (TakeOne(&text, ".")) {
    decimal->fraction = TakeDigits(&text);
    if (decimal->fraction.empty()) return false;
  }
  if (TakeOne(&text, "eE")) {
    const bool negative = !text.empty() && text.front() == '-';
    TakeOne(&text, "+-");
    const std::string_view digits = TakeDigits(&text);
    if (digits.empty()) return false;
    for (const char c : digits) decimal->exponent = std::min(decimal->exponent * 10 + (c - '0'), 1'000'000);
    if (negative) decimal->exponent = -decimal->exponent;
  }
  return text.empty();
}

enum class WholeNumber { kOk, kNotANumber, kNotWhole, kTooLarge };

// The exact value of integer + fraction digits times ten to the exponent, if it is whole.
WholeNumber Magnitude(const Decimal& decimal, uint64_t* magnitude) {
  *magnitude = 0;
  int64_t point = static_cast<int64_t>(decimal.integer.size()) + decimal.exponent;  // digits before the point
  const auto append = [magnitude](int digit) {
    return !__builtin_mul_overflow(*magnitude, 10u, magnitude) &&
           !__builtin_add_overflow(*magnitude, static_cast<uint64_t>(digit), magnitude);
  };
  for (const std::string_view digits : {decimal.integer, decimal.fraction}) {
    for (const char c : digits) {
      if (point-- <= 0) {
        if (c != '0') return WholeNumber::kNotWhole;
      } else if (!append(c - '0')) {
        return WholeNumber::kTooLarge;
      }
    }
  }
  for (; point > 0 && *magnitude != 0; --point) {
    if (!append(0)) return WholeNumber::kTooLarge;
  }
  return WholeNumber::kOk;
}

WholeNumber ParseWhole(std::string_view text, bool plain_only, bool* negative, uint64_t* magnitude) {
  Decimal decimal;
  if (!ParseDecimal(text, &decimal)) return WholeNumber::kNotANumber;
  if (plain_only && decimal.integer.size() + (decimal.negative ? 1 : 0) != text.size()) return WholeNumber::kNotANumber;
  *negative = decimal.negative;
  return Magnitude(decimal, magnitude);
}

template <typename T>
std::string RangeSentence() {
  return absl::StrCat("Must be a whole number from ", std::numeric_limits<T>::min(), " to ",
                      std::numeric_limits<T>::max(), ".");
}

// Reads a whole number that fits into T.
template <typename T>
std::string ReadWhole(Token token, std::string_view text, T* value) {
  if (token == Token::kTrue || token == Token::kFalse) return RangeSentence<T>();
  bool negative;
  uint64_t magnitude;
  if (ParseWhole(text, token == Token::kMapKey, &negative, &magnitude) != WholeNumber::kOk) return RangeSentence<T>();
  constexpr uint64_t kMax = static_cast<uint64_t>(std::numeric_limits<T>::max());
  const uint64_t limit = negative ? (std::is_signed_v<T> ? kMax + 1 : 0) : kMax;
  if (magnitude > limit) return RangeSentence<T>();
  *value = static_cast<T>(negative ? ~magnitude + 1 : magnitude);
  return {};
}

template <typename T>
std::string PutWholeVarint(Token token, std::string_view text, Buffer& out) {
  T value;
  std::string fault = ReadWhole(token, text, &value);
  // Negative 32-bit numbers take ten bytes on the wire, like 64-bit ones.
  if (fault.empty()) out.PutVarint(static_cast<uint64_t>(static_cast<int64_t>(value)));
  return fault;
}

template <typename T>
std::string PutWholeZigZag(Token token, std::string_view text, Buffer& out) {
  T value;
  std::string fault = ReadWhole(token, text, &value);
  if (fault.empty()) out.PutVarint(ZigZag(value));
  return fault;
}

template <typename T>
std::string PutWholeFixed(Token token, std::string_view text, Buffer& out) {
  T value;
  std::string fault = ReadWhole(token, text, &value);
  if (fault.empty()) out.PutFixed(value);
  return fault;
}

template <typename T>
std::string PutFloating(Token token, std::string_view text, Buffer& out) {
  T value = 0;
  if (token == Token::kTrue || token == Token::kFalse || !IsJsonNumber(text)) return "Must be a number.";
  const std::from_chars_result result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || !std::isfinite(value)) return "The number is out of range.";
  out.PutFixed(value);
  return {};
}

std::string PutBool(Token token, std::string_view text, Buffer& out) {
  const bool by_text = token == Token::kMapKey || token == Token::kQuery;
  const bool is_true = token == Token::kTrue || (by_text && text == "true");
  const bool is_false = token == Token::kFalse || (by_text && text == "false");
  if (!is_true && !is_false) return "Must be true or false.";
  out.PutVarint(is_true ? 1 : 0);
  return {};
}

std::string PutEnum(const EnumTable& names, Token token, std::string_view text, Buffer& out) {
  const bool is_number = token == Token::kNumber ||
                         (token == Token::kQuery && !text.empty() && (IsDigit(text.front()) || text.front() == '-'));
  if (is_number) return PutWholeVarint<int32_t>(token, text, out);
  const int32_t* const number = token == Token::kString || token == Token::kQuery ? names.Number(text) : nullptr;
  if (number == nullptr) return absl::StrCat("Must be one of: ", names.NameList(), ".");
  out.PutVarint(static_cast<uint64_t>(static_cast<int64_t>(*number)));
  return {};
}

bool IsText(Token token) { return token == Token::kString || token == Token::kMapKey || token == Token::kQuery; }

std::string PutText(Token token, std::string_view text, Buffer& out) {
  if (!IsText(token)) return "Must be a string.";
  out.PutVarint(text.size());
  out.Put(text);
  return {};
}

std::string PutBytes(Token token, std::string_view text, Buffer& out) {
  constexpr char kFault[] = "Must be base64.";
  if (!IsText(token)) return kFault;
  const size_t begin = BeginLength(out);
  out.Ensure(text.size());
  char* const end = DecodeBase64(text, out.at());
  if (end == nullptr) return kFault;
  out.set_at(end);
  EndLength(out, begin);
  return {};
}

void PutNonZeroVarint(char tag, uint64_t value, Buffer& out) {
  if (value == 0) return;
  out.Put(tag);
  out.PutVarint(value);
}

std::string PutTime(Token token, std::string_view text, bool parse(std::string_view, SecondsNanos*), const char* fault,
                    Buffer& out) {
  SecondsNanos time;
  if (!IsText(token) || !parse(text, &time)) return fault;
  const size_t begin = BeginLength(out);
  PutNonZeroVarint('\x08', static_cast<uint64_t>(time.seconds), out);
  PutNonZeroVarint('\x10', static_cast<uint64_t>(int64_t{time.nanos}), out);
  EndLength(out, begin);
  return {};
}

std::string PutMask(Token token, std::string_view text, Buffer& out) {
  constexpr char kFault[] = "Must be field paths separated by commas, for example \"displayName,address.city\".";
  if (!IsText(token)) return kFault;
  const size_t begin = BeginLength(out);
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string path;
    if (!AppendMaskPathFromJson(text.substr(0, comma), &path)) return kFault;
    out.Put('\x0a');
    out.PutVarint(path.size());
    out.Put(path);
    if (comma + 1 == text.size()) return kFault;
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  EndLength(out, begin);
  return {};
}

std::string PutWrapper(const Field& inner, Token token, std::string_view text, Buffer& out) {
  const size_t begin = BeginLength(out);
  std::string fault = PutScalarField(inner, token, text, out);
  EndLength(out, begin);
  return fault;
}

std::string PutWellKnown(const MessageTable& table, Token token, std::string_view text, Buffer& out) {
  switch (table.well_known()) {
    case WellKnown::kTimestamp:
      return PutTime(token, text, ParseTimestamp,
                     "Must be a time as in RFC 3339, for example \"2026-11-22T02:00:00Z\".", out);
    case WellKnown::kDuration:
      return PutTime(token, text, ParseDuration, "Must be a duration in seconds, for example \"3.5s\".", out);
    case WellKnown::kFieldMask:
      return PutMask(token, text, out);
    case WellKnown::kWrapper:
      return PutWrapper(table.fields()[0], token, text, out);
    default:
      return "Must be an object.";
  }
}

}  // namespace

bool IsJsonNumber(std::string_view text) {
  Decimal decimal;
  return ParseDecimal(text, &decimal);
}

bool HasScalarForm(const Field& field) {
  if (field.type != FieldType::kMessage) return true;
  switch (field.message->well_known()) {
    case WellKnown::kTimestamp:
    case WellKnown::kDuration:
    case WellKnown::kFieldMask:
    case WellKnown::kWrapper:
      return true;
    default:
      return false;
  }
}

bool HoldsText(const Field& field) {
  if (field.type == FieldType::kMessage && field.message->well_known() == WellKnown::kWrapper) {
    return HoldsText(field.message->fields()[0]);
  }
  return field.type == FieldType::kString;
}

std::string PutScalarValue(const Field& field, Token token, std::string_view text, Buffer& out) {
  switch (field.type) {
    case FieldType::kString:
      return PutText(token, text, out);
    case FieldType::kBytes:
      return PutBytes(token, text, out);
    case FieldType::kEnum:
      return PutEnum(*field.enumeration, token, text, out);
    case FieldType::kBool:
      return PutBool(token, text, out);
    case FieldType::kInt32:
      return PutWholeVarint<int32_t>(token, text, out);
    case FieldType::kInt64:
      return PutWholeVarint<int64_t>(token, text, out);
    case FieldType::kUint32:
      return PutWholeVarint<uint32_t>(token, text, out);
    case FieldType::kUint64:
      return PutWholeVarint<uint64_t>(token, text, out);
    case FieldType::kSint32:
      return PutWholeZigZag<int32_t>(token, text, out);
    case FieldType::kSint64:
      return PutWholeZigZag<int64_t>(token, text, out);
    case FieldType::kFixed32:
      return PutWholeFixed<uint32_t>(token, text, out);
    case FieldType::kFixed64:
      return PutWholeFixed<uint64_t>(token, text, out);
    case FieldType::kSfixed32:
      return PutWholeFixed<int32_t>(token, text, out);
    case FieldType::kSfixed64:
      return PutWholeFixed<int64_t>(token, text, out);
    case FieldType::kDouble:
      return PutFloating<double>(token, text, out);
    case FieldType::kFloat:
      return PutFloating<float>(token, text, out);
    case FieldType::kMessage:
      return PutWellKnown(*field.message, token, text, out);
  }
  return "Is of an unknown type.";
}

std::string PutScalarField(const Field& field, Token token, std::string_view text, Buffer& out) {
  const size_t start = out.offset();
  out.Put(field.encoded_tag());
  const size_t begin = out.offset();
  std::string fault = PutScalarValue(field, token, text, out);
  const bool is_default = out.Since(begin).find_first_not_of('\0') == std::string_view::npos;
  if (!fault.empty() || (is_default && field.cardinality == Cardinality::kImplicit)) out.TruncateTo(start);
  return fault;
}

}  // namespace schutznetz::wire
