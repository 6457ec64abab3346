#include "services/common/search/word_folding.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <cstddef>
#include <cstdint>

namespace schutznetz::search {
namespace {

bool IsVowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// The second byte of the two-byte letters that German uses, after 0xC3.
std::string_view FoldGermanLetter(unsigned char second) {
  switch (second) {
    case 0xA4:
    case 0x84:
      return "a";  // ä Ä
    case 0xB6:
    case 0x96:
      return "o";  // ö Ö
    case 0xBC:
    case 0x9C:
      return "u";  // ü Ü
    case 0x9F:
      return "ss";  // ß
    default:
      return {};
  }
}

// ASCII and German letters, also with a combining diaeresis (U+0308). False: the word needs the long way.
bool AppendGerman(std::string_view word, std::string* out) {
  for (size_t i = 0; i < word.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(word[i]);
    if (c < 0x80) {
      out->push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : static_cast<char>(c));
      continue;
    }
    if (i + 1 == word.size()) return false;
    const unsigned char second = static_cast<unsigned char>(word[++i]);
    if (c == 0xCC && second == 0x88) continue;
    const std::string_view folded = c == 0xC3 ? FoldGermanLetter(second) : std::string_view();
    if (folded.empty()) return false;
    out->append(folded);
  }
  return true;
}

// Letters that keep a stroke or are two letters in one after decomposition.
UChar32 PlainLetter(UChar32 c) {
  switch (c) {
    case 0x00E6:
      return 'a';  // æ
    case 0x0153:
      return 'o';  // œ
    case 0x00F8:
      return 'o';  // ø
    case 0x0142:
      return 'l';  // ł
    case 0x0111:
      return 'd';  // đ
    case 0x0131:
      return 'i';  // ı
    default:
      return c;
  }
}

void AppendAnyScript(std::string_view word, std::string* out) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFDInstance(error);
  if (U_FAILURE(error)) return;  // ICU without its data; nothing to fold with
  const icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(word.data(), static_cast<int32_t>(word.size())));
  const icu::UnicodeString plain = decompose->normalize(casefold->normalize(text, error), error);
  icu::UnicodeString result;
  for (int32_t i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) {
    const UChar32 c = plain.char32At(i);
    if (c == 0xFFFD || u_charType(c) == U_NON_SPACING_MARK) continue;
    result.append(PlainLetter(c));
  }
  result.toUTF8String(*out);
}

// Drops the e of ae, oe and ue in place, from `begin` on.
void CollapseUmlautSpelling(size_t begin, std::string* word) {
  size_t kept = begin;
  for (size_t i = begin; i < word->size(); ++i) {
    const char c = (*word)[i];
    if (c == 'e' && kept > begin) {
      const char last = (*word)[kept - 1];
      const char before = kept - begin >= 2 ? (*word)[kept - 2] : ' ';
      const bool collapses = (last == 'a' || last == 'o' || last == 'u') && !IsVowel(before) && before != 'q';
      // Only a letter directly before this e: after a drop the next e stands for itself.
      if (collapses && (*word)[i - 1] == last) continue;
    }
    (*word)[kept++] = c;
  }
  word->resize(kept);
}

}  // namespace

void AppendFolded(std::string_view word, std::string* out) {
  const size_t begin = out->size();
  if (!AppendGerman(word, out)) {
    out->resize(begin);
    AppendAnyScript(word, out);
  }
  CollapseUmlautSpelling(begin, out);
}

std::string Fold(std::string_view word) {
  std::string folded;
  AppendFolded(word, &folded);
  return folded;
}

}  // namespace schutznetz::search
