#include "services/common/rpc/formats.h"

#include <algorithm>
#include <array>

#include "services/common/rpc/resource_name.h"
#include "services/common/wire/text.h"

namespace schutznetz::rpc {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
bool IsLowerAlnum(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }

template <typename Predicate>
bool All(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool IsDigits(std::string_view text, size_t size) { return text.size() == size && All(text, IsDigit); }

int Number(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

bool IsHostLabel(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         All(label, [](char c) { return IsAlnum(c) || c == '-'; });
}

// A DNS name of two labels or more whose last one is not a number.
bool IsHostName(std::string_view host) {
  if (host.size() > 253) return false;
  int labels = 0;
  while (true) {
    const size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (!IsHostLabel(label)) return false;
    ++labels;
    if (dot == std::string_view::npos) return labels >= 2 && !All(label, IsDigit);
    host.remove_prefix(dot + 1);
  }
}

bool IsAtomChar(char c) {
  return IsAlnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// A dot-string; quoted local parts are legal in RFC 5321, but no function mailbox has one.
bool IsLocalPart(std::string_view local) {
  if (local.empty() || local.size() > 64 || local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  return All(local, [](char c) { return IsAtomChar(c) || c == '.'; });
}

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool IsUrlTail(std::string_view tail) {
  for (size_t i = 0; i < tail.size(); ++i) {
    const char c = tail[i];
    if (c == '%') {
      if (i + 2 >= tail.size() || !IsHexDigit(tail[i + 1]) || !IsHexDigit(tail[i + 2])) return false;
    } else if (c <= ' ' || c >= 0x7F || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

// Takes the subtag up to the next hyphen off the front.
std::string_view TakeSubtag(std::string_view* rest) {
  const size_t hyphen = rest->find('-');
  const std::string_view subtag = rest->substr(0, hyphen);
  rest->remove_prefix(hyphen == std::string_view::npos ? rest->size() : hyphen + 1);
  return subtag;
}

bool IsVariant(std::string_view subtag) {
  if (!All(subtag, IsAlnum)) return false;
  return (subtag.size() >= 5 && subtag.size() <= 8) || (subtag.size() == 4 && IsDigit(subtag.front()));
}

// After "x" or another singleton: subtags of 1 (or 2) to 8 characters, at least one.
bool IsExtension(std::string_view rest) {
  if (rest.empty()) return false;
  while (!rest.empty()) {
    const std::string_view subtag = TakeSubtag(&rest);
    if (subtag.empty() || subtag.size() > 8 || !All(subtag, IsAlnum)) return false;
  }
  return true;
}

constexpr std::array<std::string_view, 16> kLands = {"BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV",
                                                     "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"};

}  // namespace

bool IsPhoneNumber(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    return text.size() >= 7 && text.size() <= 15 && text.front() != '0' && All(text, IsDigit);
  }
  return text.size() >= 3 && text.size() <= 6 && All(text, IsDigit);
}

bool IsEmail(std::string_view text) {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > 254) return false;
  return IsLocalPart(text.substr(0, at)) && IsHostName(text.substr(at + 1));
}

bool IsHttpsUrl(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (text.size() > 2000 || text.substr(0, kScheme.size()) != kScheme) return false;
  text.remove_prefix(kScheme.size());
  const size_t end = text.find_first_of("/?#");
  std::string_view host = text.substr(0, end);
  if (const size_t colon = host.find(':'); colon != std::string_view::npos) {
    const std::string_view port = host.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !All(port, IsDigit) || Number(port) < 1 || Number(port) > 65535)
      return false;
    host = host.substr(0, colon);
  }
  return IsHostName(host) && (end == std::string_view::npos || IsUrlTail(text.substr(end)));
}

bool IsPostcode(std::string_view text) { return IsDigits(text, 5) && text != "00000"; }

bool IsAreaKey(std::string_view text) {
  if (text.substr(0, 3) == "pd-") {
    const std::string_view rest = text.substr(3);
    return !rest.empty() && text.size() <= 63 && rest.front() != '-' && rest.back() != '-' &&
           All(rest, [](char c) { return IsLowerAlnum(c) || c == '-'; });
  }
  if (text.size() == 11) return IsDigits(text.substr(0, 8), 8) && text[8] == '-' && IsDigits(text.substr(9), 2);
  return (text.size() == 2 || text.size() == 3 || text.size() == 5 || text.size() == 8) && All(text, IsDigit);
}

bool IsLanguageTag(std::string_view text) {
  if (text.empty() || text.size() > 35 || text.back() == '-') return false;
  std::string_view rest = text;
  std::string_view subtag = TakeSubtag(&rest);
  if ((subtag == "x" || subtag == "X") && IsExtension(rest)) return true;
  if (subtag.size() < 2 || subtag.size() > 8 || !All(subtag, IsLetter)) return false;
  // The order is fixed: extended languages, script, region, variants, extensions; each step only moves on.
  enum { kExtlang, kScript, kRegion, kVariant } step = subtag.size() <= 3 ? kExtlang : kScript;
  int extlangs = 0;
  while (!rest.empty()) {
    subtag = TakeSubtag(&rest);
    if (subtag.size() == 1 && IsAlnum(subtag.front())) return IsExtension(rest);
    if (step == kExtlang && subtag.size() == 3 && All(subtag, IsLetter) && ++extlangs <= 3) continue;
    if (step <= kScript && subtag.size() == 4 && All(subtag, IsLetter)) {
      step = kRegion;
    } else if (step <= kRegion && ((subtag.size() == 2 && All(subtag, IsLetter)) || IsDigits(subtag, 3))) {
      step = kVariant;
    } else if (IsVariant(subtag)) {
      step = kVariant;
    } else {
      return false;
    }
  }
  return true;
}

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!IsDigits(text.substr(0, 4), 4) || !IsDigits(text.substr(5, 2), 2) || !IsDigits(text.substr(8, 2), 2))
    return false;
  const int year = Number(text.substr(0, 4));
  const int month = Number(text.substr(5, 2));
  const int day = Number(text.substr(8, 2));
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool IsTimeOfDay(std::string_view text) {
  if (text.size() != 5 || text[2] != ':' || !IsDigits(text.substr(0, 2), 2) || !IsDigits(text.substr(3), 2))
    return false;
  const int minutes = Number(text.substr(0, 2)) * 60 + Number(text.substr(3));
  return Number(text.substr(3)) < 60 && minutes <= 24 * 60;
}

bool IsRequestId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && All(text, [](char c) { return c > ' ' && c < 0x7F; });
}

bool IsLandCode(std::string_view text) {
  return text.size() == 5 && text.substr(0, 3) == "DE-" &&
         std::find(kLands.begin(), kLands.end(), text.substr(3)) != kLands.end();
}

std::string_view FormatFault(common::v1::FieldRule::Format format, std::string_view reference, std::string_view text) {
  using common::v1::FieldRule;
  const auto unless = [](bool good, std::string_view fault) { return good ? std::string_view() : fault; };
  switch (format) {
    case FieldRule::RESOURCE_NAME:
      return unless(IsResourceName(reference, text), "Must be a resource name: the collection, a slash and an id.");
    case FieldRule::RESOURCE_ID:
      return unless(IsResourceId(text),
                    "Must be 4 to 63 characters: a lower-case letter, then letters, digits or hyphens.");
    case FieldRule::PHONE_NUMBER:
      return unless(IsPhoneNumber(text),
                    "Must be a phone number like +493023125001, or a short code of 3 to 6 digits.");
    case FieldRule::EMAIL:
      return unless(IsEmail(text), "Must be an e-mail address of at most 254 characters.");
    case FieldRule::URL:
      return unless(IsHttpsUrl(text), "Must be an https address of at most 2,000 characters.");
    case FieldRule::POSTCODE:
      return unless(IsPostcode(text), "Must be five digits.");
    case FieldRule::AREA_KEY:
      return unless(IsAreaKey(text), "Must be an area key: 2, 3, 5 or 8 digits, or a district's key.");
    case FieldRule::LANGUAGE_TAG:
      return unless(IsLanguageTag(text), "Must be a language tag, for example de or de-simple.");
    case FieldRule::DATE:
      return unless(IsDate(text), "Must be a date, YYYY-MM-DD.");
    case FieldRule::TIME_OF_DAY:
      return unless(IsTimeOfDay(text), "Must be a time from 00:00 to 24:00.");
    case FieldRule::REQUEST_ID:
      return unless(IsRequestId(text), "Must be 1 to 64 printable characters without spaces.");
    case FieldRule::LAND_CODE:
      return unless(IsLandCode(text), "Must be the code of a Land, for example DE-NW.");
    default:
      return wire::TextFaultSentence(wire::CheckText(text));
  }
}

}  // namespace schutznetz::rpc
