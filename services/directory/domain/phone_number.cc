#include "services/directory/domain/phone_number.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"

namespace schutznetz::directory {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kSeparators = " -/.()";
constexpr std::string_view kGermany = "+49";

// Digits of the national number, without the trunk 0. 110, 112, 115 and 116 xxx are not dialled with a country code.
constexpr size_t kNationalMin = 5;
constexpr size_t kNationalMax = 13;
// ITU-T E.164: at most 15 digits with the country code; under 7 no country has any.
constexpr size_t kForeignMin = 7;
constexpr size_t kForeignMax = 15;

// Area codes (without 0) of cities that are a Kreis of their own; every other code lies within a Kreis. Area codes are
// free of prefixes, so that a comparison of beginnings is enough. Left out on purpose, because the city belongs to a
// Kreis: 241 Aachen, 271 Siegen, 375 Zwickau, 395 Neubrandenburg, 511 Hannover, 551 Göttingen, 571 Minden, 641 Gießen,
// 661 Fulda, 681 Saarbrücken and others.
constexpr std::array kWholeCityCodes = {
    "30"sv,  "40"sv,  "69"sv,  "89"sv,  "201"sv, "202"sv, "203"sv, "208"sv, "209"sv, "211"sv, "212"sv, "214"sv, "221"sv,
    "228"sv, "231"sv, "234"sv, "251"sv, "261"sv, "331"sv, "335"sv, "340"sv, "341"sv, "345"sv, "351"sv, "355"sv, "361"sv,
    "365"sv, "371"sv, "381"sv, "385"sv, "391"sv, "421"sv, "431"sv, "441"sv, "451"sv, "461"sv, "471"sv, "521"sv, "531"sv,
    "541"sv, "561"sv, "611"sv, "621"sv, "631"sv, "651"sv, "711"sv, "721"sv, "731"sv, "761"sv, "821"sv, "831"sv, "841"sv,
    "851"sv, "871"sv, "911"sv, "921"sv, "931"sv, "941"sv, "951"sv, "961"sv, "981"sv};

// Numbers of the whole country: services and mobile (1…), national subscribers (32), personal (700), free (800),
// premium.
constexpr std::array kNationwideCodes = {"1"sv, "32"sv, "700"sv, "800"sv, "900"sv};

template <typename Codes>
bool BeginsWithOneOf(std::string_view number, const Codes& codes) {
  return std::any_of(codes.begin(), codes.end(), [&](std::string_view code) { return number.starts_with(code); });
}

absl::Status Fault(const char* sentence) { return absl::InvalidArgumentError(sentence); }

// Digits, with "+" in front when it was written.
absl::StatusOr<std::string> Digits(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else if (c == '+' && digits.empty()) {
      digits.push_back(c);
    } else if (kSeparators.find(c) == std::string_view::npos) {
      return Fault("Must be a phone number: digits, with +49 or 0 in front.");
    }
  }
  return digits;
}

bool IsShortCode(std::string_view digits) {
  return digits.size() >= 3 && digits.size() <= 6 && digits.starts_with('1');
}

absl::StatusOr<std::string> German(std::string_view national) {
  if (national.starts_with('0')) national.remove_prefix(1);  // +49 (0)30
  if (national.size() < kNationalMin) return Fault("The number is too short for Germany.");
  if (national.size() > kNationalMax) return Fault("The number is too long for Germany.");
  if (national.starts_with('0')) return Fault("No German area code begins with 00.");
  return std::string(kGermany) + std::string(national);
}

}  // namespace

absl::StatusOr<std::string> NormalizePhoneNumber(std::string_view text) {
  absl::StatusOr<std::string> digits = Digits(text);
  if (!digits.ok()) return digits;
  std::string_view number = *digits;
  if (IsShortCode(number)) return std::string(number);
  if (number.starts_with("00")) {
    digits->replace(0, 2, "+");
    number = *digits;
  }
  if (number.starts_with(kGermany)) return German(number.substr(kGermany.size()));
  if (number.starts_with('0')) return German(number);
  if (!number.starts_with('+')) return Fault("Must begin with + and the country code, with 0, or be a short code.");
  const size_t size = number.size() - 1;
  if (size < kForeignMin || size > kForeignMax || number[1] == '0') return Fault("Must be a number as E.164 has it.");
  return std::string(number);
}

bool TellsNoPlaceFinerThanKreis(std::string_view number) {
  if (IsShortCode(number)) return true;
  if (!number.starts_with(kGermany)) return false;
  const std::string_view national = number.substr(kGermany.size());
  return BeginsWithOneOf(national, kNationwideCodes) || BeginsWithOneOf(national, kWholeCityCodes);
}

}  // namespace schutznetz::directory
