#include "services/common/mail/transfer_encoding.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace schutznetz::mail {
namespace {

constexpr size_t kLineMax = 76;  // of encoded lines; a soft break adds one
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool IsPlain(char c) { return c >= ' ' && c <= '~'; }

std::string Base64(std::string_view bytes) { return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size())); }

// The length of `text`'s beginning that fits into `max` bytes without cutting a character.
size_t WholeCharacters(std::string_view text, size_t max) {
  if (text.size() <= max) return text.size();
  size_t end = max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end > 0 ? end : max;
}

std::string WithoutControls(std::string_view value) {
  std::string clean(value);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = ' ';
  }
  return clean;
}

// Whether a value can stand as it is: ASCII, nothing like an encoded word, no space that folding would lose, and words
// that fit a line.
bool StandsAsItIs(std::string_view value) {
  if (value.empty() || value.front() == ' ' || value.back() == ' ') return false;
  if (value.find("=?") != value.npos || value.find("  ") != value.npos) return false;
  if (!std::all_of(value.begin(), value.end(), IsPlain)) return false;
  for (absl::string_view word : absl::StrSplit(absl::string_view(value.data(), value.size()), ' ')) {
    if (word.size() > 60) return false;
  }
  return true;
}

// Puts words into lines; each further line begins with a space. `used` characters stand on the first line already.
std::string FoldedWords(const std::vector<std::string>& words, size_t used) {
  std::string out;
  for (const std::string& word : words) {
    if (used + 1 + word.size() > kLineMax) {
      out += "\r\n";
      used = 0;
    }
    absl::StrAppend(&out, " ", word);
    used += 1 + word.size();
  }
  return out;
}

std::vector<std::string> EncodedWords(std::string_view value, size_t used) {
  constexpr size_t kFrame = 12;  // of an encoded word without its content
  std::vector<std::string> words;
  while (!value.empty()) {
    const size_t room = kLineMax - 1 - kFrame - (words.empty() ? std::min(used, size_t{40}) : 0);
    const size_t length = WholeCharacters(value, room / 4 * 3);
    words.push_back(absl::StrCat("=?utf-8?B?", Base64(value.substr(0, length)), "?="));
    value.remove_prefix(length);
  }
  return words;
}

std::vector<std::string> WordsOf(std::string_view value, size_t used) {
  if (!StandsAsItIs(value)) return EncodedWords(value, used);
  return absl::StrSplit(absl::string_view(value.data(), value.size()), ' ');
}

// Appends one line of text, without its end, as quoted-printable.
void AppendQuotedLine(std::string_view line, std::string* out) {
  size_t column = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_last = i + 1 == line.size();
    // A space at the end would be lost, and a point at the beginning is the business of SMTP.
    const bool keep =
        (c == '\t' || IsPlain(c)) && c != '=' && !((c == ' ' || c == '\t') && is_last) && !(c == '.' && column == 0);
    const size_t width = keep ? 1 : 3;
    if (column + width > kLineMax - 1) {
      *out += "=\r\n";
      column = 0;
    }
    if (keep) {
      out->push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out->append({'=', kHexDigits[byte >> 4], kHexDigits[byte & 15]});
    }
    column += width;
  }
  *out += "\r\n";
}

}  // namespace

std::string Base64Lines(std::string_view bytes) {
  std::string out;
  constexpr size_t kBytesPerLine = kLineMax / 4 * 3;
  for (size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    absl::StrAppend(&out, Base64(bytes.substr(at, kBytesPerLine)), "\r\n");
  }
  return out;
}

std::string QuotedPrintable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    AppendQuotedLine(text.substr(0, end), &out);
    const bool two = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (two ? 2 : 1), text.size()));
  }
  return out;
}

std::string HeaderLine(std::string_view name, std::string_view value) {
  const std::string clean = WithoutControls(value);
  const size_t used = name.size() + 1;
  std::string line(name);
  return absl::StrCat(line, ":", FoldedWords(WordsOf(clean, used), used), "\r\n");
}

std::string MailboxLine(std::string_view name, std::string_view display_name, std::string_view address) {
  const std::string clean = WithoutControls(display_name);
  const std::string mailbox = absl::StrCat("<", WithoutControls(address), ">");
  const size_t used = name.size() + 1;
  std::vector<std::string> words;
  if (!clean.empty()) {
    // A phrase of letters and spaces needs no quotes; everything else, a comma or quote above all, is encoded.
    const bool is_phrase = StandsAsItIs(clean) && std::all_of(clean.begin(), clean.end(), [](unsigned char c) {
                             return absl::ascii_isalnum(c) || c == ' ' || c == '-';
                           });
    words = is_phrase ? WordsOf(clean, used) : EncodedWords(clean, used);
  }
  words.push_back(mailbox);
  std::string line(name);
  return absl::StrCat(line, ":", FoldedWords(words, used), "\r\n");
}

std::string FilenameParameter(std::string_view filename) {
  const bool is_plain = std::all_of(filename.begin(), filename.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == ' ';
  });
  if (is_plain && filename.size() <= 50) return absl::StrCat(";\r\n filename=\"", WithoutControls(filename), "\"");
  // In numbered pieces, so that no line gets long.
  std::string out;
  int piece = 0;
  std::string line = absl::StrCat(";\r\n filename*", piece, "*=utf-8''");
  for (const unsigned char c : filename) {
    if (line.size() > 65) {
      out += line;
      line = absl::StrCat(";\r\n filename*", ++piece, "*=");
    }
    if (absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.') {
      line.push_back(static_cast<char>(c));
    } else {
      line.append({'%', kHexDigits[c >> 4], kHexDigits[c & 15]});
    }
  }
  return out + line;
}

}  // namespace schutznetz::mail
