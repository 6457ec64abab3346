#include "services/directory/places/place_names.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "unicode/normalizer2.h"
#include "unicode/uchar.h"
#include "unicode/unistr.h"

namespace schutznetz::directory {
namespace {

// Appends what a character counts as; false for one that counts as a blank.
bool AppendFolded(UChar32 c, bool umlauts, std::string& out) {
  switch (c) {
    case 0xe4:
      out += umlauts ? "ae" : "a";
      return true;
    case 0xf6:
      out += umlauts ? "oe" : "o";
      return true;
    case 0xfc:
      out += umlauts ? "ue" : "u";
      return true;
    case 0xdf:
    case 0x1e9e:
      out += "ss";
      return true;
    default:
      break;
  }
  if (c < 0x80) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept) out += static_cast<char>(c);
    return kept;
  }
  if (!u_isalnum(c)) return false;
  icu::UnicodeString(c).toUTF8String(out);
  return true;
}

// Removes marks but those of the umlauts: the letters a, o, u with a diaeresis stay composed.
icu::UnicodeString WithoutMarks(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* composed = icu::Normalizer2::getNFCInstance(error);
  const icu::Normalizer2* decomposed = icu::Normalizer2::getNFDInstance(error);
  if (U_FAILURE(error)) return text;
  icu::UnicodeString out;
  const icu::UnicodeString nfc = composed->normalize(text, error);
  for (int32_t i = 0; i < nfc.length(); i = nfc.moveIndex32(i, 1)) {
    const UChar32 c = nfc.char32At(i);
    icu::UnicodeString parts;
    if (c == 0xe4 || c == 0xf6 || c == 0xfc || !decomposed->getDecomposition(c, parts)) {
      if (u_charType(c) != U_NON_SPACING_MARK) out.append(c);
    } else {
      out.append(parts.char32At(0));
    }
  }
  return out;
}

std::string Fold(std::string_view name, bool umlauts) {
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int32_t>(name.size())));
  text.toLower();
  text = WithoutMarks(text);
  std::string folded;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    if (!AppendFolded(text.char32At(i), umlauts, folded) && !folded.empty() && folded.back() != ' ') folded += ' ';
  }
  while (!folded.empty() && folded.back() == ' ') folded.pop_back();
  if (folded.substr(0, 3) == "st ") folded.replace(0, 2, "sankt");
  return folded;
}

// What follows the first of these is an addition to the name that people leave out.
constexpr std::array<std::string_view, 19> kAdditions = {" (",    "/",     " am ",  " an ",    " im ", " in ", " bei ",
                                                         " ob ",  " vor ", " auf ", " unter ", " a.",  " b.",  " i.",
                                                         " v.d.", " i.d.", " a.d.", " d.",     " v. "};

}  // namespace

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

std::string FoldPlaceName(std::string_view name) { return Fold(name, true); }
std::string FoldWithoutUmlauts(std::string_view name) { return Fold(name, false); }

PlaceNames NamesOf(std::string_view register_name) {
  PlaceNames names;
  std::string_view rest = register_name.substr(0, register_name.find(','));
  while (!rest.empty()) {
    const size_t end = rest.find(" / ");
    const std::string_view full = Trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 3);
    if (full.empty()) continue;
    names.full.emplace_back(full);
    size_t cut = std::string_view::npos;
    for (const std::string_view addition : kAdditions) cut = std::min(cut, full.find(addition));
    if (cut != std::string_view::npos && cut > 0) names.brief.emplace_back(full.substr(0, cut));
  }
  return names;
}

}  // namespace schutznetz::directory
