#include "services/common/document/pdf_structure.h"

#include <unicode/unistr.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::document {
namespace {

absl::Status Unexpected(std::string_view what) { return errors::Internal(absl::StrCat("pdf: ", std::string(what))); }

// The number that follows the last `word` in `text`.
std::optional<int64_t> NumberAfter(std::string_view text, std::string_view word) {
  const size_t at = text.rfind(word);
  if (at == std::string_view::npos) return std::nullopt;
  const size_t from = text.find_first_not_of(" \n", at + word.size());
  if (from == std::string_view::npos) return std::nullopt;
  const size_t to = text.find_first_not_of("0123456789", from);
  int64_t number = 0;
  const std::string digits(text.substr(from, to == std::string_view::npos ? to : to - from));
  return absl::SimpleAtoi(digits, &number) ? std::optional<int64_t>(number) : std::nullopt;
}

// A text string as UTF-16BE in hexadecimal digits.
std::string PdfText(const std::string& utf8) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(utf8);
  std::string out = "<FEFF";
  for (int32_t i = 0; i < text.length(); ++i) absl::StrAppendFormat(&out, "%04X", static_cast<unsigned>(text[i]));
  return out + ">";
}

// The file as cairo wrote it: one table of objects, one trailer.
class Objects {
 public:
  static absl::StatusOr<Objects> Read(std::string_view pdf) {
    Objects objects(pdf);
    const std::optional<int64_t> start = NumberAfter(pdf, "startxref");
    const std::optional<int64_t> root = NumberAfter(pdf, "/Root");
    const std::optional<int64_t> info = NumberAfter(pdf, "/Info");
    const std::optional<int64_t> size = NumberAfter(pdf, "/Size");
    if (!start.has_value() || !root.has_value() || !info.has_value() || !size.has_value()) {
      return Unexpected("no trailer");
    }
    objects.start_ = *start;
    objects.root_ = *root;
    objects.info_ = *info;
    objects.size_ = *size;
    const std::string head = absl::StrCat("xref\n0 ", *size, "\n");
    const size_t table = static_cast<size_t>(*start);
    if (table > pdf.size() || pdf.substr(table, head.size()) != head) return Unexpected("no table of objects");
    objects.table_ = table + head.size();
    if (objects.table_ + static_cast<size_t>(*size) * kEntry > pdf.size()) return Unexpected("a short table");
    return objects;
  }

  // The dictionary of an object without what closes it; empty where the object is none.
  std::string_view Dictionary(int64_t number) const {
    int64_t offset = 0;
    const std::string digits(pdf_.substr(table_ + static_cast<size_t>(number) * kEntry, 10));
    if (!absl::SimpleAtoi(digits, &offset)) return {};
    const std::string head = absl::StrCat(number, " 0 obj\n<< ");
    const size_t from = static_cast<size_t>(offset);
    if (from > pdf_.size() || pdf_.substr(from, head.size()) != head) return {};
    const size_t end = pdf_.find("\n>>\nendobj", from);
    return end == std::string_view::npos ? std::string_view() : pdf_.substr(from, end - from);
  }

  int64_t size() const { return size_; }
  int64_t root() const { return root_; }
  int64_t info() const { return info_; }
  int64_t start() const { return start_; }

 private:
  static constexpr size_t kEntry = 20;

  explicit Objects(std::string_view pdf) : pdf_(pdf) {}

  std::string_view pdf_;
  size_t table_ = 0;
  int64_t start_ = 0, root_ = 0, info_ = 0, size_ = 0;
};

bool IsElement(std::string_view dictionary, std::string_view kind) {
  const std::string element = absl::StrCat(" 0 obj\n<< /Type /StructElem\n   /S /", std::string(kind), "\n");
  const size_t at = dictionary.find(" 0 obj\n");
  return at != std::string_view::npos && dictionary.substr(at, element.size()) == element;
}

// New versions of objects, with their table and trailer.
class Update {
 public:
  explicit Update(std::string pdf) : pdf_(std::move(pdf)) {}

  void Replace(int64_t number, std::string_view dictionary, std::string_view addition) {
    absl::StrAppendFormat(&table_, "%d 1\n%010d 00000 n \n", number, pdf_.size() + body_.size());
    absl::StrAppend(&body_, std::string(dictionary), "\n   ", std::string(addition), "\n>>\nendobj\n");
  }

  std::string Finish(const Objects& old) && {
    const size_t start = pdf_.size() + body_.size();
    const std::string trailer =
        absl::StrCat("trailer\n<< /Size ", old.size(), "\n   /Root ", old.root(), " 0 R\n   /Info ", old.info(),
                     " 0 R\n   /Prev ", old.start(), "\n>>\nstartxref\n", start, "\n%%EOF\n");
    return absl::StrCat(pdf_, body_, "xref\n", table_, trailer);
  }

 private:
  const std::string pdf_;
  std::string body_;
  std::string table_;
};

}  // namespace

absl::StatusOr<std::string> CompleteStructure(std::string pdf, const PdfStructure& structure) {
  const std::string original = pdf;
  ASSIGN_OR_RETURN(const Objects objects, Objects::Read(original));
  Update update(std::move(pdf));
  size_t figures = 0;
  size_t headers = 0;
  // cairo numbers elements in the order in which they begin.
  for (int64_t number = 1; number < objects.size(); ++number) {
    const std::string_view dictionary = objects.Dictionary(number);
    if (IsElement(dictionary, "Figure") && figures++ < structure.figures.size()) {
      update.Replace(number, dictionary, absl::StrCat("/Alt ", PdfText(structure.figures[figures - 1])));
    }
    if (IsElement(dictionary, "TH") && headers++ < structure.column_headers.size()) {
      const char* const scope = structure.column_headers[headers - 1] ? "Column" : "Row";
      update.Replace(number, dictionary, absl::StrCat("/A << /O /Table /Scope /", scope, " >>"));
    }
  }
  if (figures != structure.figures.size() || headers != structure.column_headers.size()) {
    return Unexpected(absl::StrCat(figures, " figures and ", headers, " header cells"));
  }
  const std::string_view catalog = objects.Dictionary(objects.root());
  if (catalog.find("/Type /Catalog") == std::string_view::npos) return Unexpected("no catalog");
  update.Replace(
      objects.root(), catalog,
      absl::StrCat("/Lang ", PdfText(structure.language), "\n   /ViewerPreferences << /DisplayDocTitle true >>"));
  return std::move(update).Finish(objects);
}

}  // namespace schutznetz::document
