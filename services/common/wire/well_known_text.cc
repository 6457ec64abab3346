#include "services/common/wire/well_known_text.h"

#include <array>
#include <charconv>
#include <cstring>

namespace schutznetz::wire {
namespace {

constexpr int64_t kSecondsMin = -62135596800;  // 0001-01-01T00:00:00Z
constexpr int64_t kSecondsMax = 253402300799;  // 9999-12-31T23:59:59Z
constexpr int64_t kDurationMax = 315576000000;
constexpr int32_t kNanosPerSecond = 1'000'000'000;

struct Civil {
  int64_t year;
  int month;
  int day;
};

// Days since 1970-01-01 and back, in the proleptic Gregorian calendar, by eras of 400 years that begin in March.
constexpr int64_t DaysFromCivil(Civil civil) {
  const int64_t year = civil.year - (civil.month <= 2 ? 1 : 0);
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

constexpr Civil CivilFromDays(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

char* PutDigits(int64_t number, int digits, char* to) {
  uint32_t value = static_cast<uint32_t>(number);  // at most nine digits
  for (int i = digits - 1; i >= 0; --i, value /= 10) to[i] = static_cast<char>('0' + value % 10);
  return to + digits;
}

char* PutFraction(int32_t nanos, char* to) {
  if (nanos == 0) return to;
  *to++ = '.';
  if (nanos % 1'000'000 == 0) return PutDigits(nanos / 1'000'000, 3, to);
  if (nanos % 1'000 == 0) return PutDigits(nanos / 1'000, 6, to);
  return PutDigits(nanos, 9, to);
}

// Takes fixed and variable pieces off the front of a text.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool Digits(size_t count, int64_t* value) {
    if (text_.size() < count) return false;
    *value = 0;
    for (const char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      *value = *value * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  size_t DigitCount() const {
    const size_t end = text_.find_first_not_of("0123456789");
    return end == std::string_view::npos ? text_.size() : end;
  }
  // ".5" -> 500,000,000; nothing -> 0.
  bool Fraction(int32_t* nanos) {
    *nanos = 0;
    if (!Take('.')) return true;
    const size_t count = DigitCount();
    int64_t value;
    if (count == 0 || count > 9 || !Digits(count, &value)) return false;
    for (size_t i = count; i < 9; ++i) value *= 10;
    *nanos = static_cast<int32_t>(value);
    return true;
  }
  // "Z" or "+02:00", in seconds.
  bool Offset(int64_t* seconds) {
    *seconds = 0;
    if (Take('Z')) return true;
    const bool negative = Take('-');
    int64_t hours;
    int64_t minutes;
    if (!negative && !Take('+')) return false;
    if (!Digits(2, &hours) || !Take(':') || !Digits(2, &minutes) || hours > 23 || minutes > 59) return false;
    *seconds = (hours * 60 + minutes) * (negative ? -60 : 60);
    return true;
  }

 private:
  std::string_view text_;
};

int DaysInMonth(int64_t year, int64_t month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool ParseDate(Pieces* pieces, int64_t* days) {
  int64_t year;
  int64_t month;
  int64_t day;
  if (!pieces->Digits(4, &year) || !pieces->Take('-') || !pieces->Digits(2, &month) || !pieces->Take('-') ||
      !pieces->Digits(2, &day)) {
    return false;
  }
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) return false;
  *days = DaysFromCivil({year, static_cast<int>(month), static_cast<int>(day)});
  return true;
}

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> MakeBase64Values() {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 64; ++i) values[static_cast<uint8_t>(kBase64[i])] = static_cast<int8_t>(i);
  values['-'] = 62;
  values['_'] = 63;
  return values;
}
constexpr std::array<int8_t, 256> kBase64Values = MakeBase64Values();

}  // namespace

char* FormatTimestamp(SecondsNanos time, char* to) {
  if (time.seconds < kSecondsMin || time.seconds > kSecondsMax || time.nanos < 0 || time.nanos >= kNanosPerSecond) {
    return nullptr;
  }
  int64_t days = time.seconds / 86400;
  int32_t rest = static_cast<int32_t>(time.seconds % 86400);
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  const Civil civil = CivilFromDays(days);
  to = PutDigits(civil.year, 4, to);
  *to++ = '-';
  to = PutDigits(civil.month, 2, to);
  *to++ = '-';
  to = PutDigits(civil.day, 2, to);
  *to++ = 'T';
  to = PutDigits(rest / 3600, 2, to);
  *to++ = ':';
  to = PutDigits(rest / 60 % 60, 2, to);
  *to++ = ':';
  to = PutDigits(rest % 60, 2, to);
  to = PutFraction(time.nanos, to);
  *to++ = 'Z';
  return to;
}

bool ParseTimestamp(std::string_view text, SecondsNanos* time) {
  Pieces pieces(text);
  int64_t days;
  int64_t hour;
  int64_t minute;
  int64_t second;
  int64_t offset;
  if (!ParseDate(&pieces, &days) || !pieces.Take('T')) return false;
  if (!pieces.Digits(2, &hour) || !pieces.Take(':') || !pieces.Digits(2, &minute) || !pieces.Take(':') ||
      !pieces.Digits(2, &second) || hour > 23 || minute > 59 || second > 59) {
    return false;
  }
  if (!pieces.Fraction(&time->nanos) || !pieces.Offset(&offset) || !pieces.done()) return false;
  time->seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset;
  return time->seconds >= kSecondsMin && time->seconds <= kSecondsMax;
}

char* FormatDuration(SecondsNanos duration, char* to) {
  const bool negative = duration.seconds < 0 || duration.nanos < 0;
  if (negative ? duration.seconds > 0 || duration.nanos > 0 : false) return nullptr;
  if (duration.seconds < -kDurationMax || duration.seconds > kDurationMax || duration.nanos <= -kNanosPerSecond ||
      duration.nanos >= kNanosPerSecond) {
    return nullptr;
  }
  if (negative) *to++ = '-';
  to = std::to_chars(to, to + 20, negative ? -duration.seconds : duration.seconds).ptr;
  to = PutFraction(negative ? -duration.nanos : duration.nanos, to);
  *to++ = 's';
  return to;
}

bool ParseDuration(std::string_view text, SecondsNanos* duration) {
  Pieces pieces(text);
  const bool negative = pieces.Take('-');
  const size_t digits = pieces.DigitCount();
  if (digits == 0 || digits > 12 || !pieces.Digits(digits, &duration->seconds) || !pieces.Fraction(&duration->nanos) ||
      !pieces.Take('s') || !pieces.done()) {
    return false;
  }
  if (duration->seconds > kDurationMax || (duration->seconds == kDurationMax && duration->nanos > 0)) return false;
  if (negative) *duration = {-duration->seconds, -duration->nanos};
  return true;
}

bool AppendMaskPathAsJson(std::string_view path, std::string* out) {
  bool after_underscore = false;
  for (const char c : path) {
    const bool lower = c >= 'a' && c <= 'z';
    if (c >= 'A' && c <= 'Z') return false;
    if (after_underscore && !lower) return false;
    if (c != '_') out->push_back(after_underscore ? static_cast<char>(c - 'a' + 'A') : c);
    after_underscore = c == '_';
  }
  return !after_underscore;
}

bool AppendMaskPathFromJson(std::string_view path, std::string* out) {
  if (path == "*") {
    out->push_back('*');
    return true;
  }
  char before = '.';
  for (const char c : path) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!upper && !plain && c != '.') return false;
    if (before == '.' && (c == '.' || upper)) return false;
    if (upper) out->push_back('_');
    out->push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
    before = c;
  }
  return before != '.';
}

char* EncodeBase64(std::string_view bytes, char* to) {
  const auto byte = [&bytes](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *to++ = kBase64[group >> 18];
    *to++ = kBase64[group >> 12 & 63];
    *to++ = kBase64[group >> 6 & 63];
    *to++ = kBase64[group & 63];
  }
  if (i == bytes.size()) return to;
  const bool two = i + 2 == bytes.size();
  const uint32_t group = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
  *to++ = kBase64[group >> 18];
  *to++ = kBase64[group >> 12 & 63];
  *to++ = two ? kBase64[group >> 6 & 63] : '=';
  *to++ = '=';
  return to;
}

char* DecodeBase64(std::string_view text, char* to) {
  if (text.size() % 4 == 0) {
    for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return nullptr;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int8_t value = kBase64Values[static_cast<uint8_t>(c)];
    if (value < 0) return nullptr;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    *to++ = static_cast<char>(group >> bits);
  }
  const bool bits_left = (group & ((1u << bits) - 1)) != 0;
  return bits_left ? nullptr : to;
}

}  // namespace schutznetz::wire
