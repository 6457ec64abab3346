#include "services/events/domain/certificate_code.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr size_t kCodeLength = 16;
constexpr size_t kNumberLength = 8;
constexpr size_t kGroup = 4;
constexpr size_t kIdDigits = 40;

// The first characters of a digest in the alphabet, five bits each, in groups.
std::string LettersOf(std::string_view hex, size_t length) {
  std::string text;
  uint32_t bits = 0;
  int have = 0;
  for (const char digit : hex) {
    const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    bits = bits << 4 | static_cast<uint32_t>(value);
    have += 4;
    if (have < 5) continue;
    have -= 5;
    if (!text.empty() && text.size() % (kGroup + 1) == kGroup) text.push_back('-');
    text.push_back(kAlphabet[bits >> have & 31]);
    if (text.size() == length + (length - 1) / kGroup) break;
  }
  return text;
}

// NFC, folded, each run of spaces one, none around it.
std::string FoldedName(std::string_view name) {
  icu::UnicodeString text = icu::UnicodeString::fromUTF8({name.data(), static_cast<int32_t>(name.size())});
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_SUCCESS(error)) text = folding->normalize(text, error);
  std::string folded;
  text.toUTF8String(folded);
  absl::RemoveExtraAsciiWhitespace(&folded);
  return folded;
}

}  // namespace

CertificateCode CodeOf(const personal::Pepper& pepper, std::string_view registration, int issue) {
  const std::string what = absl::StrCat(std::string(registration), "/", issue);
  return {LettersOf(pepper.OfText("certificate-code/", what), kCodeLength),
          absl::StrCat("Z-", LettersOf(pepper.OfText("certificate-number/", what), kNumberLength))};
}

std::optional<std::string> ReadCode(std::string_view name) {
  constexpr std::string_view kCollection = "certificates/";
  if (name.substr(0, kCollection.size()) != kCollection) return std::nullopt;
  std::string code;
  size_t letters = 0;
  for (const char c : name.substr(kCollection.size())) {
    if (c == '-') continue;
    const char letter = absl::ascii_toupper(static_cast<unsigned char>(c));
    if (kAlphabet.find(letter) == std::string_view::npos || ++letters > kCodeLength) return std::nullopt;
    if (letters > 1 && letters % kGroup == 1) code.push_back('-');
    code.push_back(letter);
  }
  return letters == kCodeLength ? std::optional<std::string>(code) : std::nullopt;
}

std::string IdOfCode(const personal::Pepper& pepper, std::string_view code) {
  return absl::StrCat("c", pepper.OfText("certificate-id/", code).substr(0, kIdDigits));
}

std::string HolderDigest(const personal::Pepper& pepper, std::string_view code, std::string_view holder) {
  return pepper.OfText("certificate-holder/", absl::StrCat(std::string(code), "\n", FoldedName(holder)));
}

}  // namespace schutznetz::events
